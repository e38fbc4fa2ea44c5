"""What is asked of the list of cases, to and from a query string."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.choices import ProtectedClass
from common.errors import Invalid
from reviews.choices import CaseState, Outcome, Severity
from reviews.rules import finding
from reviews.rules.finding import Asked
from staff.choices import SourceKind

NAMES = st.text("abcdefghij_-", min_size=1, max_size=8)


def some(values: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=3).map(tuple)


ASKED = st.builds(
    Asked,
    words=st.text("abcأخ \"-'%", max_size=20).map(str.strip),
    states=some([finding.OPEN, *CaseState.values]),
    policies=st.lists(NAMES, unique=True, max_size=2).map(tuple),
    severities=st.lists(st.sampled_from(Severity.values), unique=True, max_size=2).map(tuple),
    languages=st.lists(NAMES, unique=True, max_size=2).map(tuple),
    platforms=st.lists(NAMES, unique=True, max_size=2).map(tuple),
    source_kinds=some(SourceKind.values),
    protected=some([value for value in ProtectedClass.values if value]),
    followers_from=st.none() | st.integers(0, 10**6),
    followers_to=st.none() | st.integers(0, 10**6),
    opened_from=st.none() | st.dates(),
    opened_to=st.none() | st.dates(),
    is_past_due=st.booleans(),
    holder=st.just("") | NAMES,
    outcome=st.sampled_from(["", *Outcome.values]),
    sort=st.sampled_from([*finding.SORTS]),
    is_descending=st.booleans(),
)


@given(ASKED)
def test_what_is_asked_survives_its_address(asked: Asked) -> None:
    assert finding.read(asked.as_params()) == asked


@given(ASKED)
def test_a_dropped_filter_is_gone_and_the_others_stay(asked: Asked) -> None:
    for name in asked.filters:
        assert asked.without(name).filters == tuple(other for other in asked.filters if other != name)


def test_several_values_are_repeated_or_stand_between_commas() -> None:
    asked = finding.read({"state": ["waiting,held", "claimed", "held"]})
    assert asked.states == ("waiting", "held", "claimed")


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"state": ["lost"]}, "state"),
        ({"severity": ["5"]}, "severity"),
        ({"source_kind": ["rumour"]}, "source_kind"),
        ({"protected": ["famous"]}, "protected"),
        ({"outcome": ["delete"]}, "outcome"),
        ({"sort": ["handle"]}, "sort"),
        ({"followers_from": ["many"]}, "followers_from"),
        ({"followers_to": ["-1"]}, "followers_to"),
        ({"opened_from": ["2026-13-01"]}, "opened_from"),
        ({"past_due": ["perhaps"]}, "past_due"),
        ({"q": ["x" * 201]}, "q"),
        ({"q": ["a\0b"]}, "q"),
        ({"policy": ["a\0b"]}, "policy"),
        ({"language": ["l" + str(number) for number in range(51)]}, "language"),
    ],
)
def test_a_malformed_word_is_named(params: dict[str, list[str]], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        finding.read(params)
    assert set(refusal.value.fields) == {field}


@pytest.mark.parametrize(
    ("asked", "states"),
    [
        (Asked(), set(CaseState.values)),
        (Asked(states=("open",)), {"waiting", "claimed", "held", "escalated", "second_look"}),
        (Asked(states=("open", "closed")), {"waiting", "claimed", "held", "escalated", "second_look", "closed"}),
        (Asked(states=("waiting", "decided"), is_past_due=True), {"waiting"}),
        (Asked(outcome="keep"), {"decided"}),
        (Asked(states=("open",), outcome="keep"), set()),
    ],
)
def test_the_states_follow_from_all_filters(asked: Asked, states: set[str]) -> None:
    assert set(finding.states_of(asked)) == states


def test_days_are_whole_and_in_utc() -> None:
    asked = Asked(opened_from=date(2026, 8, 2), opened_to=date(2026, 8, 3))
    assert finding.instants_of(asked) == (datetime(2026, 8, 2, tzinfo=UTC), datetime(2026, 8, 4, tzinfo=UTC))
    assert finding.instants_of(Asked(opened_to=date.max))[1] == datetime(9999, 12, 31, tzinfo=UTC)
