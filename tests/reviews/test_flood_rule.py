"""Floods and velocity in the rank: no source pushes another's cases down by its own say-so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules import flood, rank

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PRECISIONS = {"a": 0.9, "b": 0.5, "c": 0.2, "flooder": 0.7}
SOURCES = st.sampled_from(sorted(PRECISIONS))
OTHERS = st.sampled_from(["a", "b", "c"])


@dataclass(frozen=True)
class AClaim:
    """A flag as the rank takes it; `minutes` after noon."""

    source_id: str
    severity: int = 2
    minutes: int = 0
    in_flood: bool = False

    @property
    def precision(self) -> float:
        return PRECISIONS[self.source_id]

    @property
    def flagged_at(self) -> datetime:
        return NOON + timedelta(minutes=self.minutes)


def claims_of(sources: st.SearchStrategy[str], in_flood: st.SearchStrategy[bool]) -> st.SearchStrategy[AClaim]:
    return st.builds(AClaim, sources, st.integers(1, 4), st.integers(0, 300), in_flood)


ANY = claims_of(SOURCES, st.booleans())
STEADY = claims_of(OTHERS, st.just(False))
FLOODING = claims_of(st.just("flooder"), st.just(True))
FOLLOWERS = st.none() | st.integers(0, 10**7)


def order(claims: Sequence[AClaim], followers: int | None = 100) -> float:
    return rank.serving_order(rank.parts(rank.facts_of(claims, followers)), NOON, None)


def points(claims: Sequence[AClaim]) -> rank.RankParts:
    return rank.parts(rank.facts_of(claims, 100))


@given(st.lists(ANY, min_size=1, max_size=12), ANY)
def test_no_flag_ever_lowers_a_rank(claims: list[AClaim], one_more: AClaim) -> None:
    assert order([*claims, one_more]) >= order(claims)


@given(
    st.lists(st.tuples(st.lists(STEADY, min_size=1, max_size=4), FOLLOWERS), min_size=1, max_size=8),
    st.lists(st.tuples(st.lists(FLOODING, min_size=1, max_size=4), FOLLOWERS), max_size=30),
    st.lists(st.tuples(st.integers(0, 7), FLOODING), max_size=10),
)
def test_a_flood_never_pushes_others_down(others, flooded, on_others) -> None:
    """Others' cases, a flood of cases of its own, and flags of the flood on others' cases: none of the others falls
    behind a flood-only case that claims no more (as grave, as far-reaching, as often right), and none sinks in
    itself."""
    before = [order(claims, followers) for claims, followers in others]
    joined = [
        [*claims, *(claim for place, claim in on_others if place == index)] for index, (claims, _) in enumerate(others)
    ]
    after = [order(claims, followers) for claims, (_, followers) in zip(joined, others, strict=True)]
    assert all(now >= then for now, then in zip(after, before, strict=True))
    for claims, reach in flooded:
        gravest = max(claim.severity for claim in claims)
        for index, (own, followers) in enumerate(others):
            is_equal = (
                max(claim.severity for claim in own) >= gravest
                and (followers or 0) >= (reach or 0)
                and max(claim.precision for claim in own) >= PRECISIONS["flooder"]
            )
            assert not is_equal or after[index] >= order(claims, reach)


@given(st.lists(FLOODING, min_size=1, max_size=6), STEADY)
def test_once_another_source_flags_it_the_whole_counts(flooded: list[AClaim], other: AClaim) -> None:
    in_full = [AClaim(claim.source_id, claim.severity, claim.minutes) for claim in flooded]
    assert points([*flooded, other]) == points([*in_full, other])


@given(st.lists(FLOODING, min_size=1, max_size=6))
def test_what_only_a_flood_says_counts_by_its_precision(flooded: list[AClaim]) -> None:
    found = points(flooded)
    gravest = max(claim.severity for claim in flooded)
    assert found.severity == pytest.approx(10 * gravest * PRECISIONS["flooder"], abs=0.051)
    assert (found.velocity, found.reach, found.sources) == (0, points([AClaim("a")]).reach, 5.6)


def test_an_earlier_flag_of_the_flooder_keeps_what_it_said() -> None:
    before = AClaim("flooder", severity=2)
    after = points([before, AClaim("flooder", severity=2, in_flood=True, minutes=5)])
    assert (after.severity, after.velocity) == (points([before]).severity, 0)


def test_two_floods_are_no_witness_of_one_another() -> None:
    found = points([AClaim("flooder", 4, in_flood=True), AClaim("a", 4, in_flood=True)])
    assert found.severity == 36  # by the surer one's precision, 0.9


def test_one_source_fills_the_velocity_no_further_than_three_flags() -> None:
    assert points([AClaim("a", minutes=minute) for minute in range(50)]).velocity == 4
    assert points([AClaim(name, minutes=minute) for name in "abc" for minute in range(50)]).velocity == 16


@given(st.lists(STEADY, min_size=1, max_size=12))
def test_velocity_is_that_of_the_busiest_hour(claims: list[AClaim]) -> None:
    counts = []
    for first in claims:
        hour = [c for c in claims if timedelta(0) <= c.flagged_at - first.flagged_at <= timedelta(hours=1)]
        counts.append(sum(min(3, sum(c.source_id == name for c in hour)) for name in PRECISIONS))
    assert rank.facts_of(claims, None).recent_flags == max(counts)


def test_the_rank_says_in_words_that_a_flood_stands_behind_it() -> None:
    stored = points([AClaim("flooder", severity=4, in_flood=True)]).as_json()
    sentences = [line.sentence for line in rank.explain(stored, NOON, NOON)]
    assert sentences[0] == "Severity 4 of 4, of which 70% counts: only a source that floods us says so"
    assert sentences[3] == "0 flags within an hour"


def test_a_rank_stored_before_floods_were_known_is_still_explained() -> None:
    stored = points([AClaim("a")]).as_json()
    del stored["severity_weight"]
    assert rank.explain(stored, NOON, NOON)[0].sentence == "Severity 2 of 4, the gravest"


@pytest.mark.parametrize(
    ("flags", "days", "bound"),
    [(0, 0, 500), (0, 28, 500), (28 * 24 * 50, 28, 500), (28 * 24 * 51, 28, 510), (24_000, 1, 10_000), (7, 0.1, 500)],
)
def test_the_bound_is_ten_times_the_norm_and_never_below_the_floor(flags: int, days: float, bound: int) -> None:
    assert flood.bound(flags, days) == bound
