"""Promise 5: after any history, with refreshes at any moments, each figure equals a naive recount from raw rows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Account, TrackedAccount
from accounts.services import topics
from accounts.services.observations import ObservationFacts, observe
from accounts.services.topics import Tally, Tracked
from common import clock
from common.errors import DomainError
from insights.choices import Grain
from insights.models import Distribution
from insights.selectors import backlog as backlog_selector
from insights.selectors.answers import Asked
from insights.selectors.statistics import get_statistic
from insights.services import refreshing
from reviews.choices import CaseState, FlagState
from reviews.models import Case, Decision, Flag
from reviews.services import undoing, withdrawals
from reviews.services.facts import LegalBasis
from staff.actors import SYSTEM, Actor
from staff.choices import SourceKind
from tests.cast import Cast, a_client, a_decision, a_flag, a_platform, an_account
from tests.insights import recount

BEGIN = datetime(2026, 1, 20, 22, 30, tzinfo=UTC)
ACCOUNTS = 3
MONTHS = [date(2025, 11, 1), date(2026, 1, 1), date(2026, 3, 1)]
KINDS = [SourceKind.USER_REPORT, SourceKind.GOVERNMENT, SourceKind.GOVERNMENT_BODY]
STANCES = ["promoting", "countering", "neutral"]
small = st.integers(0, 2)
OFTEN = ["flag", "decide", "decide", "undo", "reverse", "withdraw"]
step = st.tuples(
    st.sampled_from([*OFTEN, "observe", "track", "untrack", "tally", "follow"]),
    small,
    small,
    st.integers(0, 60),
    st.integers(1, 3_000),
    st.booleans(),
)


@dataclass
class World:
    """A small product that a history is played on."""

    cast: Cast
    now: datetime = BEGIN
    accounts: list[Account] = field(default_factory=list)
    senders: list[Actor] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.senders = [a_client(f"World {kind}", kind)[0] for kind in KINDS]
        self.accounts = [an_account(f"world:{place}", followers=place * 10 or None) for place in range(ACCOUNTS)]
        self.topic = topics.define(SYSTEM, slug="threat", title="Threat", definition="What counts.")
        for place in range(ACCOUNTS):
            for gesture in ("flag", "observe", "track", "tally"):
                self.play(gesture, place, place, 10 + place, 1, True)

    def play(self, gesture: str, which: int, how: int, size: int, minutes: int, counts: bool) -> None:
        """One gesture, `minutes` after the last; then a refresh, if `counts`. What is refused didn't happen."""
        self.now += timedelta(minutes=minutes)
        with clock.frozen(self.now):
            try:
                with transaction.atomic():
                    GESTURES[gesture](self, which, how, size)
            except DomainError:
                pass
            if counts:
                refreshing.refresh(SYSTEM)


def _flag(world: World, who: int, sender: int, days_late: int) -> None:
    order = LegalBasis(order_id="A 1", authority="An authority") if days_late % 4 == 0 else None
    late = world.now - timedelta(days=days_late)
    a_flag(world.senders[sender], world.accounts[who], flagged_at=late, legal_basis=order)


def _withdraw(world: World, which: int, _: int, __: int) -> None:
    taken_back = list(Flag.objects.filter(state=FlagState.OPEN).order_by("pk"))
    if taken_back:
        flag = taken_back[which % len(taken_back)]
        [sender] = [one for one in world.senders if one.client == flag.client]
        withdrawals.withdraw(sender, flag_id=flag.pk)


def _decide(world: World, which: int, outcome: int, _: int) -> None:
    waiting = list(Case.objects.filter(state=CaseState.WAITING).order_by("pk"))
    if waiting:
        a_decision(world.cast.supervisor, ["suspend", "keep"][outcome % 2], waiting[which % len(waiting)])


def _undo(world: World, _: int, __: int, ___: int) -> None:
    newest = Decision.objects.order_by("-decided_at", "-pk").first()
    if newest:
        with clock.frozen(newest.decided_at + timedelta(seconds=3)):
            undoing.undo(world.cast.supervisor, decision_id=newest.pk)


def _reverse(world: World, which: int, _: int, __: int) -> None:
    made = list(Decision.objects.order_by("pk"))
    if made:
        undoing.reverse(world.cast.supervisor, decision_id=made[which % len(made)].pk, reason="Looked again.")


def _observe(world: World, who: int, when: int, size: int) -> None:
    languages = {"en": size // 2, "": size - size // 2} if size % 2 else {"ru": size}
    followers = None if size % 5 == 0 else size * 7
    seen = ObservationFacts(world.accounts[who].pk, MONTHS[when % 3], size, size // 3, languages, followers)
    observe([seen])


def _track(world: World, who: int, stance: int, _: int) -> None:
    topics.track(SYSTEM, topic=world.topic, rows=[Tracked(world.accounts[who].pk, STANCES[stance % 3])])


def _untrack(world: World, who: int, _: int, __: int) -> None:
    TrackedAccount.objects.filter(account=world.accounts[who]).delete()


def _tally(world: World, stance: int, day: int, size: int) -> None:
    on = MONTHS[day % 3] + timedelta(days=size % 2)
    topics.tally(SYSTEM, topic=world.topic, rows=[Tally(a_platform().pk, on, "ar", STANCES[stance % 3], "", "", size)])


def _follow(world: World, who: int, _: int, size: int) -> None:
    Account.objects.filter(pk=world.accounts[who].pk).update(followers=size or None)


GESTURES: dict[str, Callable[..., None]] = {
    "flag": _flag,
    "withdraw": _withdraw,
    "decide": _decide,
    "undo": _undo,
    "reverse": _reverse,
    "observe": _observe,
    "track": _track,
    "untrack": _untrack,
    "tally": _tally,
    "follow": _follow,
}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(step, min_size=8, max_size=24))
def test_incremental_figures_equal_a_recount(cast: Cast, history: list[tuple[Any, ...]]) -> None:
    with transaction.atomic():
        world = World(cast)
        for gesture, *numbers in history:
            world.play(gesture, *numbers)
        with clock.frozen(world.now):
            refreshing.refresh(SYSTEM)
            assert_equals_recount(world)
            before = stored()
            refreshing.rebuild(SYSTEM)
            assert stored() == before
        transaction.set_rollback(True)


def stored() -> list[Any]:
    """Every rolled-up figure, as stored."""
    from insights import models

    tables = [models.FlagDay, models.DecisionDay, models.CaseFlow, models.Detection, models.Distribution]
    tables += [models.TopicCell, models.TopicLanguage, models.TopicMonth]
    return [sorted(map(str, table.objects.values_list(*names(table)))) for table in tables]


def names(table: Any) -> list[str]:
    return [one.attname for one in table._meta.fields if one.attname != "id"]


def assert_equals_recount(world: World) -> None:
    assert_flags(world)
    assert_review(world)
    assert_topic(world)


def assert_flags(world: World) -> None:
    """As a whole and by kind of source, day by day; the whole shows idle days, too."""
    for grouping, group in ((("day",), lambda _: ""), (("day", "source_kind"), lambda flag: flag.source.kind)):
        asked = Asked(start=BEGIN.date(), end=world.now.date(), group_by=grouping)
        told = get_statistic(world.cast.supervisor, "flags", asked)
        measures = [name for name, _ in told.definition.measures]
        assert {
            (date.fromisoformat(str(row["day"])), str(row.get("source_kind", ""))): {
                name: row[name] for name in measures
            }
            for row in told.rows
            if row["received"]
        } == {key: {name: found[name] for name in measures} for key, found in recount.flags(group).items()}


def assert_review(world: World) -> None:
    days = Asked(start=BEGIN.date(), end=world.now.date())
    told = get_statistic(world.cast.supervisor, "decisions", days)
    assert {row["day"]: row for row in told.rows if row["suspensions"] or row["keeps"] or row["reversals"]} == {
        day.isoformat(): {"day": day.isoformat()} | {name: found[name] for name, _ in told.definition.measures}
        for day, found in recount.decisions().items()
    }
    assert figures("time-to-decision", Grain.DAY) == recount.waits()
    assert figures("time-to-decision", Grain.MONTH) == recount.waits(month=True)
    assert figures("followers-at-detection", Grain.MONTH) == recount.detections()
    rows = get_statistic(world.cast.supervisor, "backlog", days).rows
    for row in rows:
        day = date.fromisoformat(str(row["day"]))
        end = min(datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1), world.now)
        still_open, of_governments, oldest = recount.backlog(day)
        assert (row["open"], row["government_open"]) == (still_open, of_governments)
        assert row["oldest_seconds"] == ((end - oldest).total_seconds() if oldest else None)
    counted = backlog_selector.at_the_count(world.now)
    assert (counted.open, counted.government_open) == recount.backlog(world.now.date())[:2]


def assert_topic(world: World) -> None:
    cells = recount.observed(world.topic)
    for name, measure in (("topic-posts", "posts"), ("topic-active-accounts", "active_accounts")):
        asked = Asked(topic="threat", group_by=("month", "stance"), source="observations")
        told = get_statistic(world.cast.supervisor, name, asked).rows
        assert {(row["month"], row["stance"]): row[measure] for row in told if row[measure]} == {
            (f"{month:%Y-%m}", stance): found[measure]
            for (month, stance), found in cells.items()
            if found[measure] and not stance.startswith("language:")
        }
    asked = Asked(topic="threat", group_by=("month", "language"), source="observations")
    told = get_statistic(world.cast.supervisor, "topic-languages", asked).rows
    assert {(row["month"], f"language:{row['language']}"): row["posts"] for row in told if row["posts"]} == {
        (f"{month:%Y-%m}", name): found["posts"]
        for (month, name), found in cells.items()
        if name.startswith("language:") and found["posts"]
    }
    asked = Asked(topic="threat", group_by=("month", "stance"), source="tallies")
    told = get_statistic(world.cast.supervisor, "topic-posts", asked).rows
    assert {(row["month"], row["stance"]): row["posts"] for row in told if row["posts"]} == {
        (f"{month:%Y-%m}", stance): posts for (month, stance), posts in recount.tallied(world.topic).items() if posts
    }
    assert figures("topic-followers", Grain.MONTH) == recount.topic_followers(world.topic)
    assert figures("topic-accounts", Grain.ALL) == recount.topic_accounts(world.topic)


def figures(statistic: str, grain: Grain) -> dict[Any, dict[str, Any]]:
    found = Distribution.objects.filter(statistic=statistic, grain=grain, dimension="")
    return {
        one.start: {
            "n": one.n,
            "unknown": one.unknown,
            "mean": pytest.approx(one.mean, rel=1e-12) if one.mean is not None else None,
            "median": pytest.approx(one.median, rel=1e-12) if one.median is not None else None,
            "p90": pytest.approx(one.p90, rel=1e-12) if one.p90 is not None else None,
            "maximum": one.maximum,
            "zeros": one.zeros,
        }
        for one in found
    }
