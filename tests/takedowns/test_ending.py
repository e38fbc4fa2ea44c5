"""Temporary suspensions end by themselves, once, and under the system's name."""

from datetime import timedelta

import pytest
from django.db import transaction

from accounts.models import Account
from audit.models import Entry
from common import clock
from common.ids import new_id
from staff.actors import SYSTEM
from takedowns.choices import Kind, State
from takedowns.models import Enforcement
from takedowns.selectors import enforcements
from takedowns.services import ending, ledger
from takedowns.services.ledger import Wanted
from tests.cast import an_account

pytestmark = pytest.mark.django_db


def an_applied_suspension(account: Account, days: int | None = 7) -> Enforcement:
    """A suspension that took effect now, for `days` or for good."""
    until = clock.now() + timedelta(days=days) if days else None
    wanted = Wanted(
        account_id=account.pk,
        platform_id=account.platform_id,
        kind=Kind.SUSPEND,
        cause=f"decision:{new_id()}",
        until=until,
        not_before_at=clock.now(),
    )
    with transaction.atomic():
        [row] = ledger.request(SYSTEM, [wanted])
    rows = Enforcement.objects.filter(pk=row.pk)
    rows.update(state=State.SENDING, lease=new_id(), leased_until=clock.now())
    rows.update(state=State.APPLIED, lease=None, applied_at=clock.now())
    return rows.get()


def test_it_is_reinstated_once_when_its_end_has_come() -> None:
    row = an_applied_suspension(an_account())
    assert ending.end_suspensions() == 0
    with clock.moved(days=7, seconds=1):
        assert [ending.end_suspensions(), ending.end_suspensions()] == [1, 0]
    row.refresh_from_db()
    assert row.ended_by is not None
    assert (row.ended_by.kind, row.ended_by.cause) == (Kind.REINSTATE, f"enforcement:{row.pk}")
    assert Entry.objects.filter(action="enforcement.requested", actor="system", detail__kind="reinstate").count() == 1
    assert enforcements.suspended_by_us([row.account_id]) == set()


def test_one_for_good_does_not_end() -> None:
    an_applied_suspension(an_account(), days=None)
    with clock.moved(days=4000):
        assert ending.end_suspensions() == 0


def test_a_newer_suspension_is_left_alone() -> None:
    account = an_account()
    old = an_applied_suspension(account)
    newer = an_applied_suspension(account, days=None)
    with clock.moved(days=8):
        assert ending.end_suspensions() == 0
    old.refresh_from_db()
    assert old.ended_by_id == newer.pk
