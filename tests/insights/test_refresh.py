"""Refreshing: by bucket, after commits in any order, once at a time, and with an honest stamp."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.db import connection, transaction

from accounts.services import topics
from accounts.services.observations import ObservationFacts, observe
from accounts.services.topics import Tracked
from audit.models import Entry
from common import clock
from common.errors import NotAllowed
from insights import tasks
from insights.choices import MarkKind, Part
from insights.models import DecisionDay, Freshness, Mark, TopicCell
from insights.selectors.answers import Asked
from insights.selectors.statistics import get_statistic
from insights.services import refreshing
from insights.services.rollups import cases, decisions
from reviews.models import Case
from reviews.services import claims, intake
from reviews.services import decisions as verdicts
from staff.actors import SYSTEM
from staff.choices import GOVERNMENTS, STATEABLE, SourceKind
from tests.cast import Cast, a_case, a_cast, a_client, a_decision, a_flag, a_verdict, an_account, flag_facts


def test_only_touched_buckets_are_counted(cast: Cast) -> None:
    a_decision(cast.moderator)
    refreshing.refresh(SYSTEM)
    assert Mark.objects.count() == 0
    assert refreshing.refresh(SYSTEM) == 0


def test_many_flags_leave_one_mark_of_their_day(cast: Cast, frozen_clock) -> None:
    """Marks of days don't grow with the flags: not when they come in, nor when they are answered."""
    received = Mark.objects.filter(kind=MarkKind.RECEIVED)
    intake.submit(cast.client, [flag_facts(account) for account in (an_account(), an_account()) for _ in range(30)])
    assert list(received.values_list("day", flat=True)) == [clock.now().date()]
    refreshing.refresh(SYSTEM)
    with clock.moved(days=1):
        held = [claims.claim(cast.moderator, case_id=case.pk) for case in Case.objects.all()]
        verdicts.decide(cast.moderator, [a_verdict(claim) for claim in held])
    assert list(received.values_list("day", flat=True)) == [clock.now().date()]


@pytest.mark.parametrize("kind", STATEABLE)
def test_a_governments_flag_marks_the_day_its_case_was_opened(cast: Cast, frozen_clock, kind: str) -> None:
    """Nobody else's does: it changes no figure of cases."""
    case = a_case()
    Mark.objects.all().delete()
    with clock.moved(days=1):
        a_flag(a_client(kind=SourceKind(kind))[0], case.account)
    marked = list(Mark.objects.filter(kind=MarkKind.CASE).values_list("day", flat=True))
    assert marked == ([case.opened_at.date()] if kind in GOVERNMENTS else [])


def test_figure_and_freshness_stand_still_until_the_worker_counts(cast: Cast) -> None:
    refreshing.refresh(SYSTEM)
    before = get_statistic(cast.auditor, "decisions", Asked(group_by=()))
    with clock.moved(minutes=5):
        a_decision(cast.moderator)
        stopped = get_statistic(cast.auditor, "decisions", Asked(group_by=()))
        assert (stopped.rows, stopped.refreshed_at) == (before.rows, before.refreshed_at)
        tasks.refresh()
        counted = get_statistic(cast.auditor, "decisions", Asked(group_by=()))
    assert [(row["suspensions"], row["keeps"], row["reversals"]) for row in counted.rows] == [(1, 0, 0)]
    assert counted.refreshed_at is not None
    assert before.refreshed_at is not None
    assert counted.refreshed_at - before.refreshed_at >= timedelta(minutes=5)


def test_beat_asks_within_the_promised_minute() -> None:
    from moderation.celery import app

    [entry] = [one for one in app.conf.beat_schedule.values() if one["task"] == "insights.tasks.refresh"]
    assert entry["schedule"] <= 30
    assert tasks.refresh.name == "insights.tasks.refresh"


def test_the_stamp_is_from_before_the_counting(cast: Cast, monkeypatch: pytest.MonkeyPatch, frozen_clock) -> None:
    """What commits while a part is counted may be missing, so the stamp must not claim it."""
    begun = clock.now()

    def slow(upto: int) -> int:
        monkeypatch.setattr(clock, "_offset", timedelta(seconds=30))
        return 0

    monkeypatch.setattr(refreshing, "ROLLUPS", [refreshing.Rollup(Part.CASES, slow, cases.mark_all)])
    refreshing.refresh(SYSTEM)
    assert Freshness.objects.get(part=Part.CASES).refreshed_at == begun


def test_a_part_that_fails_keeps_its_marks_and_does_not_hold_up_the_others(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    refreshing.refresh(SYSTEM)
    a_decision(cast.moderator)

    def broken(upto: int) -> int:
        decisions.recount(upto)
        raise RuntimeError("no disk")

    rollups = [refreshing.Rollup(Part.DECISIONS, broken, decisions.mark_all), *refreshing.ROLLUPS[1:]]
    with monkeypatch.context() as patch:
        patch.setattr(refreshing, "ROLLUPS", rollups)
        with pytest.raises(RuntimeError):
            refreshing.refresh(SYSTEM)
    assert get_statistic(cast.auditor, "backlog", Asked()).rows[-1]["closed"] == 1
    refreshing.refresh(SYSTEM)
    assert DecisionDay.objects.get().suspensions == 1


def test_nobody_but_the_system_counts(cast: Cast) -> None:
    for actor in (*cast.everyone.values(), cast.client):
        with pytest.raises(NotAllowed):
            refreshing.rebuild(actor)
    assert Freshness.objects.count() == 0


def test_a_rebuild_is_logged_and_mends_what_was_spoilt(cast: Cast) -> None:
    a_decision(cast.moderator)
    refreshing.refresh(SYSTEM)
    DecisionDay.objects.update(suspensions=99, day=date(2001, 1, 1))
    refreshing.rebuild(SYSTEM)
    assert list(DecisionDay.objects.values_list("day", "suspensions")) == [(clock.now().date(), 1)]
    assert Entry.objects.filter(action="statistics.rebuilt").count() == 1


def test_a_hundred_days_at_once_are_counted_in_several_bites(cast: Cast) -> None:
    for back in range(100):
        with clock.moved(days=-back):
            a_case()
    refreshing.refresh(SYSTEM)
    rows = get_statistic(cast.auditor, "backlog", Asked(start=clock.now().date() - timedelta(days=99))).rows
    assert [row["open"] for row in rows] == list(range(1, 101))


@contextmanager
def another_session(work) -> Iterator[threading.Event]:
    """`work` runs in a transaction of another connection, which commits when the event is set or the block ends."""
    done, may_commit, failures = threading.Event(), threading.Event(), []

    def run() -> None:
        try:
            with transaction.atomic():
                work()
                done.set()
                may_commit.wait(10)
        except Exception as error:
            failures.append(error)
        finally:
            done.set()
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    done.wait(10)
    try:
        yield may_commit
    finally:
        may_commit.set()
        thread.join(10)
    assert not failures


@pytest.mark.django_db(transaction=True)
def test_a_late_commit_is_counted() -> None:
    """Its id is lower than that of marks taken long before: a watermark of ids would have passed it by."""
    cast = a_cast()
    case = a_case()
    with another_session(lambda: a_decision(cast.moderator, case=case)):
        a_decision(cast.second_moderator)
        refreshing.refresh(SYSTEM)
        assert sum(DecisionDay.objects.values_list("suspensions", flat=True)) == 1
    refreshing.refresh(SYSTEM)
    assert sum(DecisionDay.objects.values_list("suspensions", flat=True)) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("tracks_first", [True, False])
def test_two_that_cannot_see_each_other_still_meet(tracks_first: bool) -> None:
    """One tracks an account, the other observes it, each before the other's commit; a refresh falls in between."""
    account = an_account("late:1")
    topic = topics.define(SYSTEM, slug="threat", title="Threat", definition="What counts.")

    def track() -> None:
        topics.track(SYSTEM, topic=topic, rows=[Tracked(account.pk, "promoting")])

    def watch() -> None:
        with transaction.atomic():
            observe([ObservationFacts(account.pk, date(2026, 1, 1), 7)])

    early, late = (track, watch) if tracks_first else (watch, track)
    with another_session(early):
        late()
        refreshing.refresh(SYSTEM)
    refreshing.refresh(SYSTEM)
    assert list(TopicCell.objects.values_list("posts", "active_accounts")) == [(7, 1)]


@pytest.mark.django_db(transaction=True)
def test_two_refreshes_of_a_part_do_not_collide() -> None:
    cast = a_cast()
    a_decision(cast.moderator)
    with another_session(lambda: refreshing._lock(Part.DECISIONS, wait=False)):
        refreshing.refresh(SYSTEM)
        assert not Freshness.objects.filter(part=Part.DECISIONS).exists()
        assert Freshness.objects.filter(part=Part.CASES).exists()
    refreshing.refresh(SYSTEM)
    assert DecisionDay.objects.get().suspensions == 1
