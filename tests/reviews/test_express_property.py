"""Whatever their ranks: an express case is served before every other, and of two the one that is due first."""

from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from reviews.rules import rank

_moments = st.integers(1_577_836_800, 4_102_444_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
_points = st.builds(
    rank.RankFacts,
    severity=st.integers(1, 4),
    followers=st.none() | st.integers(0, 2**40),
    precisions=st.lists(st.floats(0, 1), max_size=12).map(tuple),
    recent_flags=st.integers(0, 50),
).map(rank.parts)


@given(cases=st.lists(st.tuples(_points, _moments, st.none() | _moments)))
def test_express_cases_come_first_by_deadline(cases) -> None:
    served = sorted(cases, key=lambda case: -rank.serving_order(*case))
    deadlines = [deadline for _, _, deadline in served]
    express = [deadline for deadline in deadlines if deadline]
    assert deadlines[: len(express)] == express
    assert all(first <= then for first, then in pairwise(express))
