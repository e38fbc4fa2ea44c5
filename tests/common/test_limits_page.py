"""`docs/limits.md` says what the code holds."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

from common import limits
from reviews.shapes import FlagIn
from tests.architecture.doors import ROOT

TEXT = (ROOT / "docs" / "limits.md").read_text()


def test_the_numbers_are_the_constants() -> None:
    told = {name: int(number.replace(",", "")) for name, number in re.findall(r"`([A-Z_]+)` \| ([\d,]+)", TEXT)}
    held = {name: value for name, value in vars(limits).items() if name.isupper() and isinstance(value, int)}
    assert told == held


def test_the_times_are_the_constants() -> None:
    assert f"{limits.EARLIEST:%Y-%m-%d} (`EARLIEST`)" in TEXT
    assert f"{limits.CLOCK_SKEW.seconds // 60} minutes ahead of our clock\n(`CLOCK_SKEW`)" in TEXT
    assert f"{limits.FIRST_DAY} (`FIRST_DAY`)" in TEXT
    assert f"{limits.FURTHEST.days:,} days ahead (`FURTHEST`)" in TEXT


def test_the_lengths_are_those_of_the_shape() -> None:
    rows = re.findall(r"^\| `([a-z_.\[\]]+)` \| ([\d,]+) \|$", TEXT, re.MULTILINE)
    assert {name: int(number.replace(",", "")) for name, number in rows} == dict(lengths(FlagIn))


def lengths(shape: type[msgspec.Struct], path: str = "") -> Iterator[tuple[str, int]]:
    """Every field below `shape` that has a greatest length, with it."""
    for field in msgspec.structs.fields(shape):
        yield from _lengths_of(field.type, path + field.encode_name)


def _lengths_of(form: Any, path: str) -> Iterator[tuple[str, int]]:
    origin, parts = get_origin(form), get_args(form)
    if isinstance(form, type) and issubclass(form, msgspec.Struct):
        yield from lengths(form, f"{path}.")
    elif origin is Annotated:
        yield from ((path, part.max_length) for part in parts[1:] if getattr(part, "max_length", None) is not None)
        yield from _lengths_of(parts[0], path)
    elif origin in (list, tuple):
        yield from _lengths_of(parts[0], f"{path}[]")
    elif origin is Union or str(origin) == "<class 'types.UnionType'>":
        for part in parts:
            yield from _lengths_of(part, path)
