"""Legal orders: by when one must be answered, when supervisors are alerted, and what a sender may say together.

Source: Regulation (EU) 2021/784, Article 3(3) (one hour), 3(7) and (8) (when the clock stands still), Article 6 (six
months of preservation); Regulation (EU) 2022/2065 (DSA), Article 9.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, Protocol

from reviews.choices import OrderKind, OrderState

REMOVAL_TIME: Final = timedelta(hours=1)
TOLERANCE: Final = timedelta(minutes=5)  # the sender's clock may be ahead of ours
HOLD: Final = timedelta(days=183)
MOST_HOLD: Final = timedelta(days=3660)
OF_THE_UNION: Final = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)


class Clock(Protocol):
    """What an order's clock is read from. `paused_seconds` are those of pauses that ended."""

    @property
    def received_at(self) -> datetime: ...
    @property
    def deadline_at(self) -> datetime | None: ...
    @property
    def paused_at(self) -> datetime | None: ...
    @property
    def paused_seconds(self) -> int: ...
    @property
    def answered_at(self) -> datetime | None: ...


def deadline_of(kind: str, stated: datetime | None, received_at: datetime) -> datetime | None:
    """By when an order must be answered: as stated, or one hour after its receipt for a removal order."""
    return stated or (received_at + REMOVAL_TIME if kind == OrderKind.REMOVAL else None)


def faults(
    kind: str, member_state: str, deadline: datetime | None, received_at: datetime, *, is_stated: bool
) -> Iterator[tuple[str, str]]:
    """What can't be said together: the field, and why. `is_stated`: whether the sender said when it was received."""
    if kind != OrderKind.OTHER and member_state and member_state not in OF_THE_UNION:
        yield "member_state", "is not a member state of the European Union; an order of this kind comes from one"
    if deadline and is_stated and deadline <= received_at:
        yield "deadline", "does not lie after received_at"
    if deadline and kind == OrderKind.REMOVAL and deadline > received_at + REMOVAL_TIME + TOLERANCE:
        yield "deadline", "lies more than one hour after the receipt of a removal order; leave it out to get the hour"


def state_of(order: Clock, at: datetime) -> OrderState:
    """Where the order is at `at`."""
    if order.answered_at is not None:
        return OrderState.ANSWERED
    if order.paused_at is not None:
        return OrderState.PAUSED
    is_overdue = order.deadline_at is not None and order.deadline_at <= at
    return OrderState.OVERDUE if is_overdue else OrderState.OPEN


def seconds_left(order: Clock, at: datetime) -> int | None:
    """Whole seconds until the deadline, below zero once it passed; None without one. They stand still in a pause."""
    if order.deadline_at is None:
        return None
    return round((order.deadline_at - (order.paused_at or at)).total_seconds())


def alert_at(order: Clock) -> datetime | None:
    """When half of the order's time has passed; pauses don't count. None without a deadline, or in a pause."""
    if order.deadline_at is None or order.paused_at is not None:
        return None
    time = order.deadline_at - order.received_at - timedelta(seconds=order.paused_seconds)
    return order.deadline_at - time / 2
