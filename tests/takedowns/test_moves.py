"""The database's constraints agree with `rules.MOVES`."""

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Account
from common import clock
from common.ids import new_id
from takedowns import rules
from takedowns.choices import State
from takedowns.models import Enforcement
from tests.cast import an_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    return an_account()


def _columns(state: str) -> dict[str, object]:
    """What the state's check constraints ask for."""
    now = clock.now()
    return {
        "state": state,
        "lease": new_id() if state == State.SENDING else None,
        "leased_until": now if state == State.SENDING else None,
        "applied_at": now if state == State.APPLIED else None,
    }


def _row(account: Account, **columns: object) -> Enforcement:
    now = clock.now()
    facts = {"kind": "suspend", "cause": f"decision:{new_id()}", "created_at": now, "not_before_at": now}
    return Enforcement.objects.create(
        account=account, platform=account.platform, next_attempt_at=now, **(facts | columns)
    )


def _accepts(row: Enforcement, **columns: object) -> bool:
    try:
        with transaction.atomic():
            Enforcement.objects.filter(pk=row.pk).update(**columns)
    except IntegrityError:
        return False
    return True


@pytest.mark.parametrize("before", State.values)
@pytest.mark.parametrize("after", State.values)
def test_the_trigger_accepts_exactly_the_legal_moves(account: Account, before: str, after: str) -> None:
    row = _row(account, **_columns(before))
    assert _accepts(row, **_columns(after)) == (before == after or rules.may_move(before, after))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.lists(st.sampled_from(State), min_size=1, max_size=8))
def test_a_walk_ends_where_the_rules_say(account: Account, path: list[State]) -> None:
    with transaction.atomic():
        row, at = _row(account), State.WAITING
        for step in path:
            if _accepts(row, **_columns(step)):
                assert step == at or rules.may_move(at, step)
                at = step
            else:
                assert not rules.may_move(at, step)
        row.refresh_from_db()
        assert row.state == at
        Enforcement.objects.all().delete()


@pytest.mark.parametrize(("first", "second"), [("sending", "sending"), ("sending", "unknown"), ("unknown", "unknown")])
def test_an_account_has_one_row_in_flight(account: Account, first: str, second: str) -> None:
    _row(account, **_columns(first))
    with pytest.raises(IntegrityError, match="one_in_flight"), transaction.atomic():
        _row(account, **(_columns(second) | {"kind": "reinstate"}))


def test_an_account_has_one_live_row_of_a_kind(account: Account) -> None:
    _row(account)
    with pytest.raises(IntegrityError, match="one_live"), transaction.atomic():
        _row(account)


def test_only_a_superseded_row_is_carried(account: Account) -> None:
    row = _row(account, **_columns("sending"))
    with pytest.raises(IntegrityError, match="carried"), transaction.atomic():
        _row(account, kind="reinstate", carried_by=row)


def test_a_lease_belongs_to_sending(account: Account) -> None:
    row = _row(account)
    assert not _accepts(row, state="sending")
    assert not _accepts(row, lease=new_id())


def test_the_move_is_checked_inside_the_database_not_by_django(account: Account) -> None:
    row = _row(account)
    with pytest.raises(IntegrityError, match="may not go from waiting to applied"), transaction.atomic():
        connection.cursor().execute(
            "UPDATE takedowns_enforcement SET state = 'applied', applied_at = now() WHERE id = %s", [row.pk]
        )
