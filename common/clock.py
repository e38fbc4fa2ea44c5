"""The one clock. Everything asks it for the time, so that a test can move time and nothing else has to be patched."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from common import limits
from common.errors import Invalid

_offset = timedelta(0)
_frozen: datetime | None = None


def now() -> datetime:
    """The present instant, with offset UTC."""
    return (_frozen or datetime.now(UTC)) + _offset  # noqa: TID251  # the one place


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Hold the clock at `at` inside the block. Takes an instant with an offset."""
    global _frozen
    before, _frozen = _frozen, at
    try:
        yield
    finally:
        _frozen = before


@contextmanager
def moved(**by: float) -> Iterator[None]:
    """Move the clock by `timedelta(**by)` inside the block: `with clock.moved(minutes=5)`."""
    global _offset
    before, _offset = _offset, _offset + timedelta(**by)
    try:
        yield
    finally:
        _offset = before


def in_utc(moment: datetime | None, field: str) -> datetime | None:
    """The instant with offset UTC. Raises Invalid naming `field` when it lies outside the years 1 to 9999 there."""
    try:
        return moment and moment.astimezone(UTC)
    except OverflowError:
        raise Invalid(f"{field}: out of range.", fields={field: "out of range"}) from None


def fault_of_day(day: date | None) -> str:
    """What is wrong with a day on which something is said to have been; "" when nothing is, or none is said. Tomorrow
    is good: it has begun already in the east."""
    if day is None or limits.FIRST_DAY <= day <= now().date() + timedelta(days=1):
        return ""
    return f"lies before {limits.FIRST_DAY} or in the future"


def known_day(day: date | None, field: str) -> date | None:
    """`day`. Raises Invalid naming `field` for one on which nothing can have been."""
    if fault := fault_of_day(day):
        raise Invalid(f"{field}: {fault}.", fields={field: fault})
    return day
