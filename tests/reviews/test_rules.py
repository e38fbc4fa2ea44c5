"""The pure rules: rank, its sentences, state tables, planning. No database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.choices import BatchState, CaseState, DecisionState, FlagState, LeftOut
from reviews.rules import joining, planning, rank, states
from reviews.rules.rank import RankFacts
from reviews.rules.states import CaseFacts
from staff import permissions
from staff.choices import Role

OPENED = datetime(2026, 3, 2, 12, tzinfo=UTC)
facts = st.builds(
    RankFacts,
    severity=st.integers(1, 4),
    followers=st.none() | st.integers(0, 10**9),
    precisions=st.lists(st.floats(0, 1), max_size=20).map(tuple),
    recent_flags=st.integers(0, 10**6),
)


def test_the_mockups_case_has_the_mockups_points() -> None:
    points = rank.parts(RankFacts(severity=3, followers=16_461, precisions=(0.86, 0.71, 0.48), recent_flags=3))
    assert (points.severity, points.reach, points.sources, points.velocity) == (30.0, 21.1, 16.4, 4.0)


@given(facts, st.integers(0, 10_000))
def test_the_lines_sum_to_the_rank(case: RankFacts, hours: int) -> None:
    points = rank.parts(case)
    lines = rank.explain(points.as_json(), OPENED, OPENED + timedelta(hours=hours))
    assert sum(line.points for line in lines) == pytest.approx(points.total + rank.AGEING_PER_HOUR * hours, abs=0.06)


@given(facts, facts, st.integers(0, 10_000))
def test_stored_order_agrees_with_rank_at_any_time(one: RankFacts, other: RankFacts, apart: int) -> None:
    a, b = rank.parts(one), rank.parts(other)
    later = OPENED + timedelta(minutes=apart)
    at = later + timedelta(days=9)
    by_rank = (a.total + rank.AGEING_PER_HOUR * (at - OPENED).total_seconds() / 3600) - (
        b.total + rank.AGEING_PER_HOUR * (at - later).total_seconds() / 3600
    )
    by_order = rank.serving_order(a, OPENED, None) - rank.serving_order(b, later, None)
    assert by_order == pytest.approx(by_rank, abs=1e-6)


@given(facts, facts)
def test_any_deadline_comes_before_any_rank(express: RankFacts, grave: RankFacts) -> None:
    due = rank.serving_order(rank.parts(express), OPENED, OPENED + timedelta(days=30))
    old = rank.serving_order(rank.parts(grave), datetime(2020, 1, 1, tzinfo=UTC), None)
    assert due > old


def test_the_earlier_deadline_comes_first() -> None:
    points = rank.parts(RankFacts(1, None, (), 1))
    soon, late = (rank.serving_order(points, OPENED, OPENED + timedelta(seconds=s)) for s in (60, 61))
    assert soon > late


@pytest.mark.parametrize(
    ("agreed", "disagreed", "mean"), [(0, 0, 0.5), (8, 0, 10 / 12), (0, 8, 2 / 12), (86, 14, 88 / 104)]
)
def test_precision_is_the_posterior_mean(agreed: int, disagreed: int, mean: float) -> None:
    assert rank.precision(agreed, disagreed) == pytest.approx(mean)


def test_a_crowd_of_weak_sources_adds_little() -> None:
    crowd = rank.parts(RankFacts(1, None, (0.5,) * 1000, 1))
    assert crowd.sources == 20.0


@pytest.mark.parametrize(
    ("table", "all_states"),
    [
        (states.CASE_MOVES, CaseState),
        (states.FLAG_MOVES, FlagState),
        (states.DECISION_MOVES, DecisionState),
        (states.BATCH_MOVES, BatchState),
    ],
)
def test_each_table_names_every_state(table: dict[str, frozenset[str]], all_states: type) -> None:
    assert set(table) == set(all_states)
    assert set().union(*table.values()) <= set(all_states)


@pytest.mark.parametrize(
    ("role", "needs_second", "expected"),
    [
        (Role.MODERATOR, False, {"renew", "release", "skip", "hold", "escalate", "keep", "suspend"}),
        (Role.MODERATOR, True, {"renew", "release", "skip", "hold", "escalate", "keep", "propose"}),
        (
            Role.SUPERVISOR,
            True,
            {"renew", "release", "skip", "hold", "escalate", "keep", "propose", "hand_over", "take_back"},
        ),
        (Role.AUDITOR, False, set()),
        (Role.ADMINISTRATOR, False, set()),
    ],
)
def test_what_the_holder_may_do(role: Role, needs_second: bool, expected: set[str]) -> None:
    facts = CaseFacts(CaseState.CLAIMED, is_mine=True, is_claimed=True, needs_second=needs_second)
    assert states.legal_actions(facts, permissions.of_role(role)) == expected


def test_what_somebody_else_holds_is_left_alone() -> None:
    facts = CaseFacts(CaseState.CLAIMED, is_mine=False, is_claimed=True)
    assert states.legal_actions(facts, permissions.of_role(Role.MODERATOR)) == set()
    assert states.legal_actions(facts, permissions.of_role(Role.SUPERVISOR)) == {"hand_over", "take_back"}


@pytest.mark.parametrize(
    ("facts", "moderator", "senior"),
    [
        (CaseFacts(CaseState.HELD, False, False, is_my_hold=True), {"claim"}, {"claim"}),
        (CaseFacts(CaseState.HELD, False, False), set(), set()),
        (CaseFacts(CaseState.ESCALATED, False, False, is_asked=True), set(), {"answer"}),
        (CaseFacts(CaseState.ESCALATED, False, False), set(), set()),
        (CaseFacts(CaseState.DECIDED, False, False), set(), set()),
    ],
)
def test_what_is_done_with_a_case_set_aside(facts: CaseFacts, moderator: set[str], senior: set[str]) -> None:
    assert states.legal_actions(facts, permissions.of_role(Role.MODERATOR)) == moderator
    assert states.legal_actions(facts, permissions.of_role(Role.SENIOR_MODERATOR)) == senior


def test_an_authoritys_order_is_not_held() -> None:
    facts = CaseFacts(CaseState.CLAIMED, is_mine=True, is_claimed=True, is_express=True)
    assert "hold" not in states.legal_actions(facts, permissions.of_role(Role.MODERATOR))


@pytest.mark.parametrize(
    ("facts", "place"),
    [
        ((True, True, True, True, True), joining.Place.OPEN_CASE),
        ((False, True, False, True, True), joining.Place.ALREADY_ACTIONED),
        ((False, False, True, False, False), joining.Place.DECIDED_CASE),
        ((False, False, True, True, False), joining.Place.NEW_CASE),
        ((False, False, True, False, True), joining.Place.NEW_CASE),
        ((False, False, False, False, False), joining.Place.NEW_CASE),
    ],
)
def test_where_a_flag_goes(facts: tuple[bool, bool, bool, bool, bool], place: joining.Place) -> None:
    assert joining.place(joining.JoiningFacts(*facts)) is place


@pytest.mark.parametrize(
    ("precisions", "opens"), [([0.5, 0.5], False), ([0.9], False), ([0.9, 0.5], True), ([0.5] * 3, True)]
)
def test_when_a_kept_case_reopens(precisions: list[float], opens: bool) -> None:
    assert joining.reopens(precisions) is opens


def test_an_unknown_account_is_left_out_before_anything_else() -> None:
    facts = planning.ItemFacts(False, True, True, True, True, True, True)
    assert planning.left_out("suspend", facts) is LeftOut.UNKNOWN_ACCOUNT


@pytest.mark.parametrize(
    ("listed", "expected", "differs"), [(100, 100, False), (98, 100, False), (97, 100, True), (103, 100, True)]
)
def test_the_expected_count_guard(listed: int, expected: int, differs: bool) -> None:
    assert planning.differs_from_expected(listed, expected) is differs
