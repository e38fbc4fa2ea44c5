"""Sending what is due, with a connector that answers as the test says."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import Platform
from audit.models import Entry
from common import clock
from common.ids import new_id
from takedowns.choices import Outcome
from takedowns.connectors import Answer
from takedowns.models import Attempt, Enforcement
from takedowns.services import dispatch, leasing, limits, outcomes, recovery, sending
from takedowns.services.outcomes import Result
from tests.cast import an_account
from tests.conftest import Nudge
from tests.takedowns.builders import a_wish, an_enforcement, in_state, requested
from tests.takedowns.conftest import APPLIED, CAPABILITIES, FakeConnector

pytestmark = pytest.mark.django_db
RETRY = Answer(Outcome.RETRY, 500, "HTTP 500")
NOT_SENT = Answer(Outcome.NOT_SENT, error="refused")
AMBIGUOUS = Answer(Outcome.AMBIGUOUS, error="timed out")


def now_of(row: Enforcement) -> Enforcement:
    return Enforcement.objects.get(pk=row.pk)


def told(row: Enforcement) -> list[str]:
    entries = Entry.objects.filter(subjects__contains=[f"enforcement:{row.pk}"]).order_by("pk")
    return [entry.action.removeprefix("enforcement.") for entry in entries]


def due_now(row: Enforcement) -> None:
    Enforcement.objects.filter(pk=row.pk).update(next_attempt_at=clock.now())


def test_what_is_due_is_sent_and_written_down(faked: Platform, fake: FakeConnector) -> None:
    row = an_enforcement(an_account("a:1", faked), policy="spam")
    assert dispatch.run_due() == 1
    after = now_of(row)
    assert (after.state, after.attempts, after.lease, after.error) == ("applied", 1, None, "")
    assert after.applied_at == after.finished_at
    assert [(each.id, each.kind, each.external_id, each.policy) for each in fake.sent] == [
        (row.pk, "suspend", "a:1", "spam")
    ]
    assert told(row) == ["requested", "applied"]


def test_the_attempt_was_written_before_and_completed_after(faked: Platform, fake: FakeConnector) -> None:
    row = an_enforcement(an_account(platform=faked))
    dispatch.run_due()
    attempt = Attempt.objects.get(enforcement=row)
    assert (attempt.number, attempt.outcome, attempt.status_code, attempt.is_look_up) == (1, "applied", 200, False)
    assert attempt.finished_at is not None


def test_nothing_leaves_in_the_undo_window(faked: Platform, fake: FakeConnector) -> None:
    an_enforcement(an_account(platform=faked), not_before_at=clock.now() + timedelta(seconds=30))
    assert (dispatch.run_due(), fake.sent) == (0, [])
    with clock.moved(seconds=31):
        assert dispatch.run_due() == 1


def test_an_idle_second_costs_one_query(faked: Platform, django_assert_num_queries: Callable[..., object]) -> None:
    an_enforcement(an_account(platform=faked), not_before_at=clock.now() + timedelta(hours=1))
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        dispatch.run_due()


def test_what_is_more_urgent_is_sent_before_what_a_run_holds_already(
    faked: Platform, fake: FakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "WRITE_SIZE", 1)
    held = [an_enforcement(an_account(platform=faked)) for _ in range(3)]
    with ThreadPoolExecutor(1) as pool:
        run = sending.Run(faked, fake, pool, seconds=5)
        run._lease()
        assert {row.id for row in run.queue} == {row.pk for row in held}
        order = an_enforcement(an_account(platform=faked), priority=100)
        run.is_drained, run.passed_at = False, 0.0
        run.go()
    assert fake.sent[0].id == order.pk
    assert len(fake.sent) == 4


def test_higher_priority_leaves_first(faked: Platform, fake: FakeConnector) -> None:
    low, high = (an_enforcement(an_account(platform=faked), priority=number) for number in (0, 5))
    dispatch.run_due()
    assert [each.id for each in fake.sent] == [high.pk, low.pk]


@pytest.mark.parametrize(
    ("answer", "state", "attempts", "entries"),
    [
        (Answer(Outcome.ALREADY, 200), "applied", 1, ["requested", "applied"]),
        (RETRY, "retrying", 1, ["requested", "retrying"]),
        (NOT_SENT, "retrying", 0, ["requested"]),
        (AMBIGUOUS, "unknown", 1, ["requested", "became_unknown"]),
        (Answer(Outcome.REFUSED, 403, "no"), "failed", 1, ["requested", "failed"]),
        (Answer(Outcome.NO_ACCOUNT, 404, "gone"), "failed", 1, ["requested", "failed"]),
        (RuntimeError("a bug"), "unknown", 1, ["requested", "became_unknown"]),
    ],
)
def test_each_answer_has_its_end(
    faked: Platform,
    fake: FakeConnector,
    answer: Answer | Exception,
    state: str,
    attempts: int,
    entries: list[str],
) -> None:
    fake.answers = [answer]
    row = an_enforcement(an_account(platform=faked))
    dispatch.run_due(seconds=0.1)
    after = now_of(row)
    assert (after.state, after.attempts, told(row)) == (state, attempts, entries)


def test_the_wrong_number_of_answers_is_no_answer(faked: Platform, fake: FakeConnector) -> None:
    fake.send = lambda actions: []  # type: ignore[method-assign]
    row = an_enforcement(an_account(platform=faked))
    dispatch.run_due()
    assert now_of(row).state == "unknown"


def test_an_unknown_one_is_settled_only_after_the_last_late_effect(
    faked: Platform, fake: FakeConnector, frozen_clock: object
) -> None:
    fake.answers = [AMBIGUOUS]
    row = an_enforcement(an_account(platform=faked))
    dispatch.run_due()
    after = now_of(row)
    assert after.unknown_since_at == clock.now()
    assert after.settle_after_at == clock.now() + timedelta(seconds=10)


def test_gaps_grow_with_the_sends(faked: Platform, fake: FakeConnector, frozen_clock: object) -> None:
    fake.answers = [RETRY] * 4
    row, gaps = an_enforcement(an_account(platform=faked)), []
    for _ in range(4):
        due_now(row)
        dispatch.run_due(seconds=0.1)
        gaps.append((now_of(row).next_attempt_at - clock.now()).total_seconds())
    for gap, longest in zip(gaps, (2, 4, 8, 16), strict=True):
        assert longest / 2 <= gap <= longest


def test_retry_after_is_obeyed_for_the_row_and_for_the_platform(
    faked: Platform, fake: FakeConnector, frozen_clock: object
) -> None:
    fake.answers = [Answer(Outcome.RETRY, 429, "HTTP 429", 60)]
    rows = requested(*(a_wish(an_account(platform=faked)) for _ in range(5)))
    dispatch.run_due()
    assert len(fake.sent) == 1
    assert all((now_of(row).next_attempt_at - clock.now()).total_seconds() > 55 for row in rows)
    assert limits.paused_seconds(faked.pk) > 55
    assert sorted(now_of(row).attempts for row in rows) == [0, 0, 0, 0, 1]
    assert Attempt.objects.count() == 1


def test_no_worker_sends_while_the_platform_is_paused(faked: Platform, fake: FakeConnector) -> None:
    limits.pause(faked.pk, 30)
    row = an_enforcement(an_account(platform=faked))
    assert (dispatch.run_due(), now_of(row).state) == (0, "waiting")


def test_a_short_pause_is_waited_for(faked: Platform, fake: FakeConnector) -> None:
    fake.answers = [Answer(Outcome.RETRY, 429, "HTTP 429", 0.3)]
    rows = requested(*(a_wish(an_account(platform=faked)) for _ in range(3)))
    dispatch.run_due()
    assert sorted(now_of(row).state for row in rows) == ["applied", "applied", "retrying"]


def test_a_platform_that_is_away_is_asked_a_little_and_left_alone(faked: Platform, fake: FakeConnector) -> None:
    fake.answers = [NOT_SENT] * 300
    requested(*(a_wish(an_account(platform=faked)) for _ in range(100)))
    dispatch.run_due()
    assert len(fake.sent) == 1
    assert set(Enforcement.objects.values_list("state", "attempts")) == {("retrying", 0), ("waiting", 0)}


@pytest.mark.parametrize("older", ["sending", "unknown"])
def test_a_reinstatement_waits_behind_a_suspension_in_flight(faked: Platform, fake: FakeConnector, older: str) -> None:
    account = an_account(platform=faked)
    in_state(an_enforcement(account), older)
    back = an_enforcement(account, "reinstate")
    assert (dispatch.run_due(), now_of(back).state) == (0, "waiting")


def test_it_waits_until_no_late_effect_can_come_after_it(faked: Platform, fake: FakeConnector) -> None:
    account = an_account(platform=faked)
    first = in_state(an_enforcement(account), "applied")
    Enforcement.objects.filter(pk=first.pk).update(settle_after_at=clock.now() + timedelta(seconds=5))
    an_enforcement(account, "reinstate")
    assert dispatch.run_due() == 0
    with clock.moved(seconds=6):
        assert dispatch.run_due() == 1


def test_a_suspension_that_did_not_get_through_is_not_tried_again_when_it_was_reversed(
    faked: Platform, fake: FakeConnector
) -> None:
    account = an_account(platform=faked)
    first = an_enforcement(account)
    [leased] = leasing.lease(faked, token := new_id(), limit=5, seconds=30)
    back = an_enforcement(account, "reinstate")
    outcomes.write(token, [Result(leased, RETRY)], settles_within_seconds=10)
    assert (now_of(first).state, told(first)[-1]) == ("superseded", "superseded")
    dispatch.run_due()
    assert now_of(back).state == "applied"


def test_a_worker_that_lost_its_lease_writes_nothing(faked: Platform, fake: FakeConnector) -> None:
    row = an_enforcement(an_account(platform=faked))
    leased = leasing.lease(faked, token := new_id(), limit=5, seconds=30)
    with clock.moved(seconds=31):
        assert recovery.recover_lost() == 1
        assert outcomes.write(token, [Result(each, RETRY) for each in leased], settles_within_seconds=10) == 0
    assert (now_of(row).state, told(row)) == ("unknown", ["requested", "became_unknown"])
    assert [attempt.outcome for attempt in Attempt.objects.all()] == ["ambiguous"]


def test_another_workers_lease_is_no_lease_of_mine(faked: Platform, fake: FakeConnector) -> None:
    row = an_enforcement(an_account(platform=faked))
    leased = leasing.lease(faked, new_id(), limit=5, seconds=30)
    assert outcomes.write(new_id(), [Result(each, APPLIED) for each in leased], settles_within_seconds=10) == 0
    assert now_of(row).state == "sending"


def test_the_heartbeat_holds_the_lease_and_tells_what_is_lost(faked: Platform, fake: FakeConnector) -> None:
    kept, lost = requested(*(a_wish(an_account(platform=faked)) for _ in range(2)))
    leasing.lease(faked, token := new_id(), limit=5, seconds=30)
    Enforcement.objects.filter(pk=lost.pk).update(lease=new_id())
    with clock.moved(seconds=20):
        assert leasing.extend(token, [kept.pk, lost.pk], seconds=30) == {kept.pk}
        Enforcement.objects.filter(pk=lost.pk).update(leased_until=clock.now() + timedelta(seconds=60))
    with clock.moved(seconds=31):
        assert recovery.recover_lost() == 0


def test_a_worker_that_was_stopped_too_long_sends_nothing_when_it_wakes(
    faked: Platform, fake: FakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    requested(*(a_wish(an_account(platform=faked)) for _ in range(3)))
    real = sending.time.monotonic
    asleep = [0.0]
    fake.during_send = lambda: asleep.__setitem__(0, 1000.0)
    monkeypatch.setattr(sending.time, "monotonic", lambda: real() + asleep[0])
    monkeypatch.setattr(leasing, "extend", lambda *args, **more: set())
    dispatch.run_due()
    assert len(fake.sent) == 1


def test_the_heartbeat_beats_while_answers_are_slow(
    faked: Platform, fake: FakeConnector, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    beats: list[int] = []
    extend = leasing.extend
    monkeypatch.setitem(sending.settings.CASELOAD, "DISPATCH_LEASE_SECONDS", 0.6)
    fake.capabilities = replace(CAPABILITIES, timeout_seconds=0.1)
    fake.during_send = lambda: threading.Event().wait(0.15)

    def counted(token: object, ids: list[object], *, seconds: float) -> set[object]:
        beats.append(len(ids))
        return extend(token, ids, seconds=seconds)  # type: ignore[arg-type,return-value]

    monkeypatch.setattr(leasing, "extend", counted)
    rows = requested(*(a_wish(an_account(platform=faked)) for _ in range(8)))
    dispatch.run_due()
    assert len(beats) >= 4
    assert {now_of(row).state for row in rows} == {"applied"}


def test_a_bulk_connector_gets_many_at_once(faked: Platform, fake: FakeConnector) -> None:
    fake.capabilities = replace(CAPABILITIES, bulk_size=10)
    calls: list[int] = []
    send = fake.send
    fake.send = lambda actions: calls.append(len(actions)) or send(actions)  # type: ignore
    requested(*(a_wish(an_account(platform=faked)) for _ in range(16)))
    dispatch.run_due()
    assert calls == [10, 6]


def test_what_is_left_when_the_time_is_over_is_nudged(
    faked: Platform, fake: FakeConnector, nudges: list[Nudge], django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    requested(*(a_wish(an_account(platform=faked)) for _ in range(40)))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        dispatch.run_due(seconds=0)
        dispatch.run(faked, seconds=0.0001)
    assert ("takedowns.tasks.dispatch_due", ()) in nudges


def test_a_platform_without_a_connector_keeps_its_rows(db: None) -> None:
    from tests.cast import a_platform

    row = an_enforcement(an_account(platform=a_platform("unreachable", connector="nobody-wrote-it")))
    assert (dispatch.run_due(), now_of(row).state) == (0, "waiting")


def test_a_limit_holds_over_runs(faked: Platform, fake: FakeConnector) -> None:
    faked.requests_per_minute = 120
    faked.save(update_fields=["requests_per_minute"])
    requested(*(a_wish(an_account(platform=faked)) for _ in range(20)))
    dispatch.run_due(seconds=1)
    dispatch.run_due(seconds=0.5)
    assert 3 <= len(fake.sent) <= 6


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_take_the_same_row(faked: Platform) -> None:
    requested(*(a_wish(an_account(platform=faked)) for _ in range(120)))
    taken: list[object] = []
    ready = threading.Barrier(4)

    def take() -> None:
        try:
            ready.wait(timeout=10)
            while rows := leasing.lease(faked, new_id(), limit=7, seconds=30):
                taken.extend(row.id for row in rows)
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert (len(taken), len(set(taken))) == (120, 120)


@pytest.mark.django_db(transaction=True)
def test_two_workers_of_one_platform_are_enough(faked: Platform, fake: FakeConnector) -> None:
    requested(*(a_wish(an_account(platform=faked)) for _ in range(3)))
    holders: list[threading.Thread] = []
    held, done = threading.Barrier(dispatch.RUNS_PER_PLATFORM + 1), threading.Event()

    def hold() -> None:
        try:
            with dispatch._slot(faked) as is_free:
                assert is_free
                held.wait(timeout=10)
                done.wait(timeout=10)
        finally:
            connection.close()

    for _ in range(dispatch.RUNS_PER_PLATFORM):
        holders.append(threading.Thread(target=hold))
        holders[-1].start()
    held.wait(timeout=10)
    busy = dispatch.run_due()
    done.set()
    for thread in holders:
        thread.join(timeout=10)
    assert (busy, dispatch.run_due()) == (0, 3)
