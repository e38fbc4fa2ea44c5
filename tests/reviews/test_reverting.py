"""A batch is reverted, the whole or a part, and what failed of it is tried again."""

from collections.abc import Callable
from typing import Any

import pytest

from audit.models import Entry
from common import clock
from common.errors import Conflict, Invalid, NotAllowed
from reviews.choices import BatchState, CaseState, DecisionState, ItemState
from reviews.models import Batch, Case, Decision
from reviews.services import reverting, running, steering, undoing
from takedowns.models import Enforcement
from tests.calls import nothing_happens
from tests.cast import Cast, a_case
from tests.reviews.test_steering import a_decided_batch, a_running_batch, state_of, states
from tests.takedowns.builders import in_state

pytestmark = pytest.mark.django_db


def settle(wave: str, state: str = "applied") -> None:
    """Every waiting enforcement of the wave is `state`."""
    for row in Enforcement.objects.filter(wave=wave, state__in=["waiting", "retrying"]):
        in_state(row, state)
    Enforcement.objects.filter(wave=wave, state="failed", finished_at=None).update(finished_at=clock.now())


def a_finished_batch(cast: Cast, count: int = 3, state: str = "applied", **fields: Any) -> Batch:
    batch = a_decided_batch(cast, count, **fields)
    settle(batch.wave, state)
    running.run(batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.FINISHED
    return batch


def revert(cast: Cast, batch: Batch, accounts: list[tuple[str, str]] | None = None) -> None:
    reverting.revert(cast.supervisor, batch_id=batch.pk, reason="The signal was wrong.", accounts=accounts)
    running.run(batch.pk)


def first_of(batch: Batch) -> tuple[str, str]:
    item = batch.items.order_by("position").first()
    assert item is not None
    return item.platform, item.external_id


def test_a_reverted_batch_is_reversed_and_reinstated(cast: Cast) -> None:
    batch = a_finished_batch(cast, 2)
    old = set(Decision.objects.all())
    revert(cast, batch)
    made = Decision.objects.filter(reverses__in=old)
    told = {(row.outcome, row.state, row.reason, row.batch_id, row.decided_by_id) for row in made}
    assert told == {("keep", "effective", "The signal was wrong.", None, cast.supervisor.person().pk)}
    assert {row.reverses for row in made} == old
    assert set(Decision.objects.filter(batch=batch).values_list("state", flat=True)) == {DecisionState.REVERSED}
    rows = Enforcement.objects.filter(wave=batch.revert_wave)
    assert {(row.kind, row.state, row.priority) for row in rows} == {("reinstate", "waiting", 0)}
    assert set(batch.items.values_list("state", flat=True)) == {ItemState.REVERTED}


def test_it_is_reverted_when_nothing_of_that_is_under_way(cast: Cast) -> None:
    batch = a_finished_batch(cast, 2)
    revert(cast, batch)
    assert state_of(batch) == BatchState.REVERTING
    settle(batch.revert_wave)
    running.run_all()
    assert state_of(batch) == BatchState.REVERTED
    assert Entry.objects.get(action="batch.reverted").detail == {"reversed": 2, "refused": 0}


def test_a_part_is_reverted_and_later_the_rest(cast: Cast) -> None:
    batch = a_finished_batch(cast, 3)
    revert(cast, batch, [first_of(batch)])
    settle(batch.revert_wave)
    running.run_all()
    by_line = batch.items.order_by("position").values_list("state", flat=True)
    assert (list(by_line), state_of(batch)) == (["reverted", "decided", "decided"], BatchState.REVERTED)
    revert(cast, batch)
    assert list(batch.items.order_by("position").values_list("state", flat=True)) == ["reverted"] * 3
    assert Decision.objects.filter(outcome="keep").count() == 3


def test_what_was_cancelled_in_the_middle_reverts_only_what_was_applied(cast: Cast) -> None:
    batch = a_decided_batch(cast, 2)
    in_state(Enforcement.objects.get(account=batch.items.get(position=1).account_id), "applied")
    steering.cancel(cast.moderator, batch_id=batch.pk)
    running.run(batch.pk)
    revert(cast, batch)
    assert list(batch.items.order_by("position").values_list("state", flat=True)) == ["reverted", "cancelled"]
    assert Enforcement.objects.filter(kind="reinstate").count() == 1


def test_a_cancelled_batch_is_reverted_only_when_nothing_is_on_its_way(cast: Cast) -> None:
    batch = a_decided_batch(cast, 1)
    in_state(Enforcement.objects.get(), "sending")
    steering.cancel(cast.moderator, batch_id=batch.pk)
    running.run(batch.pk)
    with nothing_happens(), pytest.raises(Conflict):
        reverting.revert(cast.moderator, batch_id=batch.pk, reason="It was wrong.")
    assert state_of(batch) == BatchState.CANCELLED


def test_flags_are_answered_by_the_reversal(cast: Cast) -> None:
    case = a_case()
    batch = a_finished_batch(cast, accounts=[case.account])
    revert(cast, batch)
    flag = case.flags.get()
    assert (flag.state, flag.decision.outcome) == ("disagreed", "keep")


def test_what_does_not_stand_any_more_or_is_worked_on_says_why(cast: Cast) -> None:
    batch = a_finished_batch(cast, 3)
    first, second, _ = Decision.objects.filter(batch=batch).order_by("pk")
    undoing.reverse(cast.senior, decision_id=first.pk, reason="It was wrong.")
    Case.objects.filter(pk=second.case_id).update(state=CaseState.WAITING, closed_at=None)
    revert(cast, batch)
    told = {item.decision_id: (item.state, item.refusal) for item in batch.items.all()}
    assert (told[first.pk], told[second.pk]) == (("decided", "not_standing"), ("decided", "case_open"))
    assert batch.items.filter(state=ItemState.REVERTED).count() == 1


def test_it_is_reversed_in_chunks(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reverting, "CHUNK", 2)
    batch = a_finished_batch(cast, 5)
    reverting.revert(cast.moderator, batch_id=batch.pk, reason="It was wrong.")
    assert running.run(batch.pk) == 5
    assert Decision.objects.filter(reverses__isnull=False).count() == 5


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"reason": " "}, Invalid),
        ({"accounts": [("simulator", "nobody")]}, Invalid),
        ({"accounts": []}, Conflict),
    ],
)
def test_a_faulty_revert_leaves_nothing(cast: Cast, said: dict[str, Any], refusal: type[Exception]) -> None:
    batch = a_finished_batch(cast, 1)
    with nothing_happens(), pytest.raises(refusal):
        reverting.revert(cast.moderator, **({"batch_id": batch.pk, "reason": "It was wrong."} | said))
    assert (state_of(batch), batch.items.get().state) == (BatchState.FINISHED, ItemState.DECIDED)


def test_a_batch_that_runs_is_not_reverted(cast: Cast) -> None:
    batch = a_decided_batch(cast, 1)
    with nothing_happens(), pytest.raises(Conflict):
        reverting.revert(cast.moderator, batch_id=batch.pk, reason="It was wrong.")
    with nothing_happens(), pytest.raises(NotAllowed):
        reverting.revert(cast.auditor, batch_id=batch.pk, reason="It was wrong.")


def test_a_batch_of_keeps_is_not_reverted_into_suspensions(cast: Cast) -> None:
    batch = a_running_batch(cast, 2, outcome="keep")
    running.run(batch.pk)
    with nothing_happens(), pytest.raises(Conflict, match="ask for a batch that suspends"):
        reverting.revert(cast.moderator, batch_id=batch.pk, reason="It was wrong.")


def test_all_that_failed_is_tried_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steering, "RETRIED_AT_ONCE", 2)
    batch = a_finished_batch(cast, 3, "failed")
    steering.retry(cast.moderator, batch_id=batch.pk)
    assert running.run(batch.pk) == 3
    assert (states(batch), state_of(batch)) == (["retrying"] * 3, BatchState.RUNNING)
    assert Entry.objects.get(action="batch.retried").detail == {"failed": 3}
    assert Entry.objects.filter(action="enforcement.retried", actor_label=cast.moderator.label).count() == 3
    settle(batch.wave)
    running.run_all()
    assert state_of(batch) == BatchState.FINISHED


def test_what_fails_again_is_not_tried_again_by_itself(cast: Cast) -> None:
    batch = a_finished_batch(cast, 1, "failed")
    steering.retry(cast.moderator, batch_id=batch.pk)
    running.run(batch.pk)
    with clock.moved(seconds=5):
        settle(batch.wave, "failed")
        running.run_all()
    assert (states(batch), state_of(batch)) == (["failed"], BatchState.FINISHED)


def test_a_failed_one_is_left_where_its_decision_does_not_stand(cast: Cast) -> None:
    batch = a_finished_batch(cast, 2, "failed")
    first = Decision.objects.filter(batch=batch).order_by("pk")[0]
    undoing.reverse(cast.senior, decision_id=first.pk, reason="It was wrong.")
    steering.retry(cast.moderator, batch_id=batch.pk)
    running.run(batch.pk)
    assert Enforcement.objects.get(cause=first.cause).state == "failed"


def test_a_paused_batch_retries_when_it_goes_on(cast: Cast) -> None:
    batch = a_decided_batch(cast, 1)
    settle(batch.wave, "failed")
    steering.pause(cast.moderator, batch_id=batch.pk)
    steering.retry(cast.moderator, batch_id=batch.pk)
    assert (running.run(batch.pk), states(batch)) == (0, ["failed"])
    steering.resume(cast.moderator, batch_id=batch.pk)
    running.run(batch.pk)
    assert states(batch) == ["retrying"]


@pytest.mark.parametrize("ended", [lambda cast: a_finished_batch(cast, 1), lambda cast: a_cancelled_batch(cast)])
def test_nothing_is_retried_where_nothing_failed_or_it_was_cancelled(
    cast: Cast, ended: Callable[[Cast], Batch]
) -> None:
    batch = ended(cast)
    with nothing_happens(), pytest.raises(Conflict):
        steering.retry(cast.moderator, batch_id=batch.pk)


def a_cancelled_batch(cast: Cast) -> Batch:
    batch = a_decided_batch(cast, 1)
    settle(batch.wave, "failed")
    steering.cancel(cast.moderator, batch_id=batch.pk)
    running.run(batch.pk)
    return batch


def test_what_failed_of_reverting_is_retried(cast: Cast) -> None:
    batch = a_finished_batch(cast, 1)
    revert(cast, batch)
    settle(batch.revert_wave, "failed")
    running.run_all()
    assert state_of(batch) == BatchState.REVERTED
    steering.retry(cast.moderator, batch_id=batch.pk)
    running.run(batch.pk)
    assert (Enforcement.objects.get(wave=batch.revert_wave).state, state_of(batch)) == (
        "retrying",
        BatchState.REVERTING,
    )
