"""A batch that runs is paused, resumed, cancelled: at once, and each account ends applied or untouched."""

from collections.abc import Callable
from typing import Any

import pytest

from audit.models import Entry
from common.errors import Conflict, NotAllowed, NotFound
from common.ids import new_id
from reviews.choices import BatchState, CaseState, ClosedAs, DecisionState, FlagState, ItemState
from reviews.models import Batch, Case, Decision
from reviews.services import batches, cancelling, claims, decisions, running, steering
from reviews.services.batches import Plan
from takedowns.models import Enforcement, HeldWave
from tests.calls import nothing_happens
from tests.cast import Cast, a_case, a_decision, a_flag, a_policy, a_verdict, an_account
from tests.conftest import Nudge
from tests.takedowns.builders import in_state

pytestmark = pytest.mark.django_db
GESTURES = [steering.pause, steering.resume, steering.cancel]


def a_running_batch(cast: Cast, count: int = 3, **fields: Any) -> Batch:
    """A batch of the moderator's that was started, and has decided nothing yet."""
    accounts = fields.pop("accounts", None) or [an_account() for _ in range(count)]
    said: dict[str, Any] = {
        "title": "Wave 1",
        "outcome": "suspend",
        "policy": a_policy().code,
        "reason": "Same text.",
        "accounts": [("simulator", row.external_id) for row in accounts],
        "expected_count": len(accounts),
    }
    batch = batches.plan(cast.moderator, Plan(**(said | fields)))
    return batches.start(cast.moderator, batch_id=batch.pk)


def a_decided_batch(cast: Cast, count: int = 3, **fields: Any) -> Batch:
    batch = a_running_batch(cast, count, **fields)
    running.run(batch.pk)
    return batch


def state_of(batch: Batch) -> BatchState:
    return BatchState(Batch.objects.get(pk=batch.pk).state)


def states(batch: Batch) -> list[str]:
    """The batch's enforcements' states, in the order of the list."""
    rows = {row.account_id: row.state for row in Enforcement.objects.filter(wave=batch.wave)}
    return [rows[item.account_id] for item in batch.items.order_by("position")]


def test_a_paused_batch_decides_nothing_and_its_wave_is_held(cast: Cast) -> None:
    batch = a_running_batch(cast)
    steering.pause(cast.supervisor, batch_id=batch.pk)
    assert (running.run(batch.pk), running.run_all(), Decision.objects.count()) == (0, 0, 0)
    assert (state_of(batch), HeldWave.objects.get().wave) == (BatchState.PAUSED, batch.wave)


def test_a_resumed_batch_goes_on(
    cast: Cast, nudges: list[Nudge], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    batch = a_running_batch(cast)
    steering.pause(cast.moderator, batch_id=batch.pk)
    with django_capture_on_commit_callbacks(execute=True):
        steering.resume(cast.moderator, batch_id=batch.pk)
    assert ("reviews.tasks.run_batch", (str(batch.pk),)) in nudges
    assert (running.run(batch.pk), HeldWave.objects.count()) == (3, 0)


def test_pausing_and_resuming_twice_changes_nothing(cast: Cast) -> None:
    batch = a_running_batch(cast)
    for gesture in (steering.pause, steering.pause, steering.resume, steering.resume):
        gesture(cast.moderator, batch_id=batch.pk)
    told = Entry.objects.filter(action__in=["batch.paused", "batch.resumed"]).order_by("pk")
    assert list(told.values_list("action", flat=True)) == ["batch.paused", "batch.resumed"]


@pytest.mark.parametrize("gesture", [steering.pause, steering.resume])
def test_a_planned_batch_is_neither_paused_nor_resumed(cast: Cast, gesture: Callable[..., Batch]) -> None:
    plan = Plan(
        title="A",
        outcome="suspend",
        policy=a_policy().code,
        reason="It is so.",
        expected_count=1,
        accounts=[("simulator", an_account().external_id)],
    )
    batch = batches.plan(cast.moderator, plan)
    with nothing_happens(), pytest.raises(Conflict):
        gesture(cast.moderator, batch_id=batch.pk)
    assert state_of(batch) == BatchState.PLANNED


@pytest.mark.parametrize("gesture", GESTURES)
def test_who_may_not_run_batches_steers_none(cast: Cast, gesture: Callable[..., Batch]) -> None:
    batch = a_running_batch(cast)
    with nothing_happens(), pytest.raises(NotAllowed):
        gesture(cast.auditor, batch_id=batch.pk)
    with nothing_happens(), pytest.raises(NotFound):
        gesture(cast.moderator, batch_id=new_id())


def test_cancelling_takes_back_what_has_not_left(cast: Cast) -> None:
    batch = a_decided_batch(cast, 4)
    rows = [Enforcement.objects.get(account=item.account_id) for item in batch.items.order_by("position")]
    for row, state in zip(rows[1:], ("applied", "failed", "retrying"), strict=True):
        in_state(row, state)
    steering.cancel(cast.supervisor, batch_id=batch.pk)
    running.run(batch.pk)
    assert states(batch) == ["cancelled", "applied", "failed", "cancelled"]
    made = {row.account_id: row for row in Decision.objects.all()}
    told = [(made[row.account_id].state, made[row.account_id].undone_by) for row in rows]
    by = cast.supervisor.user
    assert told == [("undone", by), ("effective", None), ("effective", None), ("undone", by)]
    assert [item.state for item in batch.items.order_by("position")] == ["cancelled", "decided", "decided", "cancelled"]


def test_a_cancelled_batch_decides_nothing_more(cast: Cast) -> None:
    batch = a_running_batch(cast)
    steering.cancel(cast.moderator, batch_id=batch.pk)
    running.run(batch.pk)
    assert Decision.objects.count() == 0
    assert set(batch.items.values_list("state", flat=True)) == {ItemState.LISTED}


def test_it_is_cancelled_at_once_and_finished_when_nothing_is_on_its_way(cast: Cast) -> None:
    batch = a_decided_batch(cast, 2)
    sending = in_state(Enforcement.objects.first(), "sending")  # type: ignore[arg-type]
    steering.cancel(cast.moderator, batch_id=batch.pk)
    running.run(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.finished_at, HeldWave.objects.count()) == ("cancelled", None, 1)
    Enforcement.objects.filter(pk=sending.pk).update(state="retrying", lease=None, leased_until=None)
    running.run_all()
    batch.refresh_from_db()
    assert batch.finished_at is not None
    assert (states(batch), HeldWave.objects.count()) == (["cancelled", "cancelled"], 0)


def test_a_case_with_flags_waits_again_and_one_without_is_closed(cast: Cast) -> None:
    case = a_case()
    batch = a_decided_batch(cast, accounts=[case.account, an_account()])
    steering.cancel(cast.moderator, batch_id=batch.pk)
    running.run(batch.pk)
    case.refresh_from_db()
    assert (case.state, case.closed_at, case.flags.get().state) == (CaseState.WAITING, None, FlagState.OPEN)
    other = Case.objects.exclude(pk=case.pk).get()
    assert (other.state, other.closed_as) == (CaseState.CLOSED, ClosedAs.BATCH)
    assert claims.claim_next(cast.second_moderator).case_id == case.pk  # type: ignore[union-attr]


def test_flags_that_came_meanwhile_wait_with_the_case(cast: Cast) -> None:
    account = an_account()
    batch = a_decided_batch(cast, accounts=[account])
    late = a_flag(account=account)
    assert late.state == FlagState.ALREADY_ACTIONED
    steering.cancel(cast.moderator, batch_id=batch.pk)
    running.run(batch.pk)
    late.refresh_from_db()
    assert (late.state, late.case.state) == (FlagState.OPEN, CaseState.WAITING)


def test_an_older_decision_stands_again(cast: Cast) -> None:
    old = a_decision(cast.moderator, "keep")
    Decision.objects.filter(pk=old.pk).update(state=DecisionState.EFFECTIVE)
    Case.objects.filter(pk=old.case_id).update(state=CaseState.WAITING, closed_at=None)
    batch = a_decided_batch(cast, accounts=[old.account])
    assert Decision.objects.get(batch=batch).reverses_id == old.pk
    steering.cancel(cast.moderator, batch_id=batch.pk)
    running.run(batch.pk)
    old.refresh_from_db()
    assert (old.state, old.case.state) == (DecisionState.EFFECTIVE, CaseState.DECIDED)


def test_what_does_another_decisions_work_is_left_to_it(cast: Cast) -> None:
    """The account's own case was decided while the batch's request was on its way: that one does the work of both."""
    account = an_account()
    batch = a_decided_batch(cast, accounts=[account])
    carrier = in_state(Enforcement.objects.get(), "sending")
    Case.objects.update(state=CaseState.WAITING, closed_at=None)
    claim = claims.claim(cast.second_moderator, case_id=Case.objects.get().pk)
    made = decisions.decide_one(cast.second_moderator, a_verdict(claim))
    assert Enforcement.objects.get(cause=made.cause).carried_by_id == carrier.pk
    Enforcement.objects.filter(pk=carrier.pk).update(state="retrying", lease=None, leased_until=None)
    steering.cancel(cast.moderator, batch_id=batch.pk)
    running.run(batch.pk)
    carrier.refresh_from_db()
    made.refresh_from_db()
    assert (carrier.state, carrier.wave, made.state) == ("retrying", "", DecisionState.PENDING)
    assert Batch.objects.get(pk=batch.pk).finished_at is not None


def test_it_is_taken_back_in_chunks(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cancelling, "CHUNK", 2)
    batch = a_decided_batch(cast, 5)
    steering.cancel(cast.moderator, batch_id=batch.pk)
    assert running.run(batch.pk) == 5
    assert set(states(batch)) == {"cancelled"}


def test_each_taken_back_is_in_the_log_under_who_cancelled(cast: Cast) -> None:
    batch = a_decided_batch(cast, 2)
    steering.cancel(cast.supervisor, batch_id=batch.pk)
    running.run(batch.pk)
    told = Entry.objects.filter(subjects__contains=[batch.wave], actor_label=cast.supervisor.label)
    counted = {action: told.filter(action=action).count() for action in set(told.values_list("action", flat=True))}
    assert counted == {
        "batch.cancelled": 1,
        "wave.held": 1,
        "enforcement.cancelled": 2,
        "decision.undone": 2,
    }
    assert Entry.objects.get(action="batch.cancelled").detail == {"left": 2}


@pytest.mark.parametrize("gesture", GESTURES)
def test_a_finished_batch_is_steered_no_more(cast: Cast, gesture: Callable[..., Batch]) -> None:
    batch = a_decided_batch(cast, 1)
    in_state(Enforcement.objects.get(), "applied")
    running.run(batch.pk)
    with nothing_happens(), pytest.raises(Conflict):
        gesture(cast.moderator, batch_id=batch.pk)
    assert state_of(batch) == BatchState.FINISHED


def test_a_cancelled_batch_stays_cancelled(cast: Cast) -> None:
    batch = a_running_batch(cast)
    steering.cancel(cast.moderator, batch_id=batch.pk)
    with nothing_happens():
        steering.cancel(cast.moderator, batch_id=batch.pk)
    for gesture in (steering.pause, steering.resume, batches.start):
        with nothing_happens(), pytest.raises(Conflict):
            gesture(cast.moderator, batch_id=batch.pk)


def test_kept_accounts_of_a_cancelled_batch_stay_kept(cast: Cast) -> None:
    batch = a_decided_batch(cast, 2, outcome="keep")
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.RUNNING, finished_at=None)
    steering.cancel(cast.moderator, batch_id=batch.pk)
    running.run(batch.pk)
    assert set(Decision.objects.values_list("state", flat=True)) == {DecisionState.EFFECTIVE}
