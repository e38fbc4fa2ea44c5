"""Places in ordered lists, as addresses hold them."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import Invalid
from common.keyset import LAST, Key, Place, decoded

PK = UUID("019a0000-0000-7000-8000-000000000001")
KEYS = {
    datetime: st.datetimes(timezones=st.just(UTC)),
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False),
}


@pytest.mark.parametrize("kind", KEYS)
def test_a_place_survives_its_address(kind: type) -> None:
    @given(key=KEYS[kind], pk=st.uuids(), is_back=st.booleans(), number=st.none() | st.integers(0, 10**9))
    def survives(key: Key, pk: UUID, is_back: bool, number: int | None) -> None:
        place = Place(is_back, key, pk, number)
        assert decoded(place.encoded(), kind=kind) == place

    survives()


def test_the_lists_end_is_a_place_in_any_order() -> None:
    assert [decoded(LAST.encoded(), kind=kind) for kind in KEYS] == [LAST, LAST, LAST]


def test_a_place_of_another_order_is_refused() -> None:
    with pytest.raises(Invalid):
        decoded(Place(False, 1.5, PK, 0).encoded(), kind=datetime)


@pytest.mark.parametrize("text", ["x", "", "é", "AAAA", "W10", "WyJmIiwiZiIsIm5hIiwiIiwwXQ", "a" * 1000, "\0"])
def test_what_no_page_gave_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        decoded(text, kind=float)
    assert set(refusal.value.fields) == {"cursor"}
