"""The one clock. Everything asks it for the time, so that a test can move time and nothing else has to be patched."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

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
