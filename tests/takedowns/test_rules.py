"""The state table and the gaps between tries, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takedowns import rules
from takedowns.choices import Outcome, State

jitters = st.floats(min_value=0, max_value=1, exclude_max=True)


def test_the_table_knows_every_state() -> None:
    assert set(rules.MOVES) == set(State)


def test_an_end_is_an_end() -> None:
    assert {state for state, moves in rules.MOVES.items() if not moves} == {"applied", "cancelled", "superseded"}


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("applied", "applied"),
        ("already", "applied"),
        ("retry", "retrying"),
        ("not_sent", "retrying"),
        ("ambiguous", "unknown"),
        ("refused", "failed"),
        ("no_account", "failed"),
    ],
)
def test_each_outcome_leads_to_one_state(outcome: str, state: str) -> None:
    assert rules.state_after(outcome, attempts=1) == state


@given(st.sampled_from(Outcome), st.integers(1, 500))
def test_whatever_the_answer_the_move_is_legal(outcome: Outcome, attempts: int) -> None:
    assert rules.may_move(State.SENDING, rules.state_after(outcome, attempts=attempts))


def test_what_never_gets_through_fails_in_the_end() -> None:
    assert rules.state_after("retry", attempts=rules.GIVE_UP_AT_SENDS) == "failed"


def test_what_never_left_does_not_fail() -> None:
    assert rules.state_after("not_sent", attempts=rules.GIVE_UP_AT_SENDS) == "retrying"


def test_gaps_double_to_an_hour() -> None:
    gaps = [rules.retry_gap_seconds(number, jitter=0.999999) for number in (1, 2, 3, 11, 12, 99)]
    assert [round(gap) for gap in gaps] == [2, 4, 8, 2048, 3600, 3600]


def test_a_platform_is_tried_for_about_three_days() -> None:
    hours = sum(rules.retry_gap_seconds(number, jitter=0.5) for number in range(1, rules.GIVE_UP_AT_SENDS)) / 3600
    assert 60 < hours < 80


@given(st.integers(1, 300), jitters, st.floats(0, 7200))
def test_what_the_platform_asked_for_is_obeyed(attempts: int, jitter: float, asked: float) -> None:
    assert rules.retry_gap_seconds(attempts, jitter=jitter, retry_after_seconds=asked) >= asked


@given(st.floats(0, 1e6), st.floats(0.001, 1e4))
def test_the_platform_is_asked_when_its_answer_begins_to_count(unknown_for: float, until_settled: float) -> None:
    assert rules.look_gap_seconds(unknown_for, until_settled_seconds=until_settled) <= until_settled


@given(st.floats(0, 1e6))
def test_looks_grow_apart_to_a_quarter_of_an_hour(unknown_for: float) -> None:
    assert 1 <= rules.look_gap_seconds(unknown_for, until_settled_seconds=0) <= 900
