"""Asking for enforcements and taking them back."""

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction

from audit.models import Entry
from common import clock
from common.errors import Conflict, NotAllowed, NotFound
from common.ids import new_id
from staff.actors import SYSTEM
from takedowns.models import Enforcement
from takedowns.selectors import enforcements
from takedowns.services import ledger
from tests.cast import Cast, an_account
from tests.conftest import Nudge
from tests.takedowns.builders import a_wish, an_enforcement, in_state, requested

pytestmark = pytest.mark.django_db


def state_of(row: Enforcement) -> str:
    return Enforcement.objects.get(pk=row.pk).state


def told(row: Enforcement) -> list[str]:
    """The actions recorded about an enforcement, oldest first."""
    entries = Entry.objects.filter(subjects__contains=[f"enforcement:{row.pk}"]).order_by("pk")
    return [entry.action for entry in entries]


def test_a_request_is_waiting_until_its_window_ends(frozen_clock: object) -> None:
    ends = clock.now() + timedelta(seconds=30)
    row = an_enforcement(an_account(), not_before_at=ends)
    assert (row.state, row.next_attempt_at, row.attempts) == ("waiting", ends, 0)


def test_requests_come_back_in_their_order() -> None:
    wishes = [a_wish(an_account()) for _ in range(5)]
    assert [row.cause for row in requested(*wishes)] == [wish.cause for wish in wishes]


def test_an_entry_names_the_account_the_cause_and_the_wave() -> None:
    row = an_enforcement(an_account("real:1"), cause="decision:7", wave="batch:3", policy="spam")
    entry = Entry.objects.get(action="enforcement.requested")
    assert entry.subjects == [f"enforcement:{row.pk}", "account:simulator/real:1", "decision:7", "batch:3"]
    assert entry.detail == {"kind": "suspend", "cause": "decision:7", "wave": "batch:3"}


@pytest.mark.django_db(transaction=True)
def test_a_request_outside_a_transaction_is_refused() -> None:
    wish = a_wish(an_account())
    with pytest.raises(transaction.TransactionManagementError):
        ledger.request(SYSTEM, [wish])


def test_asking_twice_for_one_cause_is_asking_once() -> None:
    wish = a_wish(an_account())
    [first], [second] = requested(wish), requested(wish)
    assert (second.pk, told(first)) == (first.pk, ["enforcement.requested"])


def test_asking_twice_of_one_account_in_one_call_is_a_mistake() -> None:
    account = an_account()
    with pytest.raises(ValueError, match="one thing"):
        requested(a_wish(account), a_wish(account, "reinstate"))


def test_a_nudge_goes_out_when_something_is_due(
    nudges: list[Nudge], django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        an_enforcement(an_account())
    assert nudges == [("takedowns.tasks.dispatch_due", ())]


@pytest.mark.parametrize("older", ["waiting", "retrying"])
@pytest.mark.parametrize("kind", ["suspend", "reinstate"])
def test_a_newer_decision_supersedes_what_has_not_been_delivered(older: str, kind: str) -> None:
    account = an_account()
    first = an_enforcement(account)
    if older == "retrying":
        in_state(first, "retrying")
    second = an_enforcement(account, kind)
    assert (state_of(first), second.state, second.carried_by) == ("superseded", "waiting", None)
    assert told(first) == ["enforcement.requested", "enforcement.superseded"]


@pytest.mark.parametrize("older", ["sending", "unknown"])
def test_the_opposite_waits_behind_what_is_in_flight(older: str) -> None:
    account = an_account()
    first = in_state(an_enforcement(account), older)
    second = an_enforcement(account, "reinstate")
    assert (state_of(first), second.state) == (older, "waiting")


@pytest.mark.parametrize("older", ["sending", "unknown"])
def test_the_same_in_flight_carries_the_new_one(older: str) -> None:
    account = an_account()
    first = in_state(an_enforcement(account), older)
    second = an_enforcement(account)
    assert (second.state, second.carried_by_id) == ("superseded", first.pk)
    assert told(second) == ["enforcement.requested", "enforcement.carried"]
    assert enforcements.of_causes([second.cause])[second.cause].pk == first.pk


def test_the_one_in_flight_lasts_as_long_as_the_newer_decision_says() -> None:
    account = an_account()
    first = in_state(an_enforcement(account, until=clock.now() + timedelta(days=1)), "sending")
    an_enforcement(account, until=None)
    assert Enforcement.objects.get(pk=first.pk).until is None


def test_one_account_in_flight_does_not_stop_a_batch() -> None:
    busy, free = an_account(), an_account()
    first = in_state(an_enforcement(busy), "unknown")
    rows = requested(a_wish(busy, wave="batch:1"), a_wish(free, wave="batch:1"))
    assert [row.state for row in rows] == ["superseded", "waiting"]
    assert enforcements.wave_progress("batch:1") == {"unknown": 1, "waiting": 1}
    assert state_of(first) == "unknown"


def test_a_suspension_taken_back_and_made_again_while_in_flight_stays_one_request() -> None:
    account = an_account()
    first = in_state(an_enforcement(account), "sending")
    back = an_enforcement(account, "reinstate")
    again = an_enforcement(account)
    assert (state_of(first), state_of(back), again.carried_by_id) == ("sending", "superseded", first.pk)
    assert enforcements.suspended_by_us([account.pk]) == {account.pk}


def test_rows_of_an_account_are_in_the_order_of_its_decisions_though_clocks_differ() -> None:
    account = an_account()
    with clock.moved(seconds=3):
        first = in_state(an_enforcement(account), "sending")
    assert an_enforcement(account, "reinstate").created_at > first.created_at


def test_cancel_takes_back_what_has_not_left() -> None:
    waiting, sent = an_enforcement(an_account()), in_state(an_enforcement(an_account()), "sending")
    with transaction.atomic():
        assert ledger.cancel(SYSTEM, [waiting.cause, sent.cause, "decision:none"]) == {waiting.cause}
    assert (state_of(waiting), state_of(sent)) == ("cancelled", "sending")
    assert told(waiting) == ["enforcement.requested", "enforcement.cancelled"]


def test_cancelling_twice_is_cancelling_once() -> None:
    row = an_enforcement(an_account())
    with transaction.atomic():
        ledger.cancel(SYSTEM, [row.cause])
        assert ledger.cancel(SYSTEM, [row.cause]) == {row.cause}
    assert told(row).count("enforcement.cancelled") == 1


def test_a_failed_one_can_be_tried_again_by_hand(cast: Cast) -> None:
    row = in_state(an_enforcement(an_account()), "failed")
    assert ledger.retry(cast.supervisor, enforcement_id=row.pk).state == "retrying"
    assert told(row)[-1] == "enforcement.retried"


def test_only_who_may_run_enforcements_tries_again(cast: Cast) -> None:
    row = in_state(an_enforcement(an_account()), "failed")
    with pytest.raises(NotAllowed):
        ledger.retry(cast.moderator, enforcement_id=row.pk)
    assert (state_of(row), told(row)) == ("failed", ["enforcement.requested"])


def test_only_a_failed_one_is_tried_again() -> None:
    row = an_enforcement(an_account())
    with pytest.raises(Conflict, match="waiting"):
        ledger.retry(SYSTEM, enforcement_id=row.pk)


def test_one_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        ledger.retry(SYSTEM, enforcement_id=new_id())


def test_a_newer_decision_forbids_a_retry() -> None:
    account = an_account()
    row = in_state(an_enforcement(account), "failed")
    an_enforcement(account, "reinstate")
    with pytest.raises(Conflict, match="newer"):
        ledger.retry(SYSTEM, enforcement_id=row.pk)


@pytest.mark.parametrize(("took_effect", "state"), [(True, "applied"), (False, "retrying")])
def test_a_person_settles_what_nobody_can_ask_about(cast: Cast, took_effect: bool, state: str) -> None:
    row = in_state(an_enforcement(an_account()), "unknown")
    assert ledger.settle(cast.supervisor, enforcement_id=row.pk, took_effect=took_effect).state == state
    assert told(row)[-1] == "enforcement.settled"


def test_latest_passes_over_what_nothing_came_of() -> None:
    account = an_account()
    first = in_state(an_enforcement(account), "applied")
    row = an_enforcement(account, "reinstate")
    with transaction.atomic():
        ledger.cancel(SYSTEM, [row.cause])
    assert enforcements.latest_of([account.pk])[account.pk].pk == first.pk


@pytest.mark.parametrize(
    ("states", "suspended"),
    [
        (["suspend:waiting"], True),
        (["suspend:failed"], False),
        (["suspend:applied", "reinstate:applied"], False),
        (["suspend:applied", "reinstate:failed"], True),
        (["suspend:unknown", "reinstate:waiting"], False),
    ],
)
def test_who_is_suspended_by_us(states: list[str], suspended: bool) -> None:
    account = an_account()
    for kind, _, state in (each.partition(":") for each in states):
        row = an_enforcement(account, kind)
        if state != "waiting":
            in_state(row, state)
    assert enforcements.suspended_by_us([account.pk]) == ({account.pk} if suspended else set())


@pytest.mark.django_db(transaction=True)
def test_two_that_ask_at_once_leave_one_live_row() -> None:
    account = an_account()
    ready, made = threading.Barrier(4), list[UUID]()

    def ask() -> None:
        try:
            ready.wait(timeout=10)
            made.append(an_enforcement(account).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert len(made) == 4
    assert Enforcement.objects.filter(account=account, state="waiting").count() == 1
