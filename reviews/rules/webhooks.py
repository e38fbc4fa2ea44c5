"""Webhooks: when a failed delivery is tried again, when it is given up, and how long a failing endpoint is spared."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

# Source: the schedule that the Standard Webhooks specification recommends: 10 tries in a little over three days.
GAPS_SECONDS: Final = (5, 5 * 60, 30 * 60, *(hours * 3600 for hours in (2, 5, 10, 14, 20, 24)))
JITTER: Final = 0.2
LONGEST_RETRY_AFTER: Final = timedelta(hours=24)
DISABLE_AFTER: Final = timedelta(days=5)
LONGEST_PAUSE_SECONDS: Final = 300.0


def gap_seconds(tries: int, *, jitter: float) -> float | None:
    """How long to wait after the try number `tries` (from 1) has failed; None: give up.

    Takes a random number in [0, 1): it lengthens the gap by up to a fifth, so that what failed together doesn't come
    back together.
    """
    if tries > len(GAPS_SECONDS):
        return None
    return GAPS_SECONDS[tries - 1] * (1 + JITTER * jitter)


def pause_seconds(failing_for_seconds: float) -> float:
    """How long to leave an endpoint alone that has answered nothing well for so long: half of that, at most 5 minutes.

    So a hiccup costs nothing, and one that is away costs one call now and then, however many deliveries wait for it.
    """
    return min(failing_for_seconds / 2, LONGEST_PAUSE_SECONDS)


def is_delivered(status: int) -> bool:
    """Whether the receiver has taken it: any 2xx. A redirect isn't followed, so it is a failure."""
    return 200 <= status < 300


def is_gone(status: int) -> bool:
    """Whether the receiver wants no more: 410."""
    return status == HTTPStatus.GONE


def asked_to_wait(retry_after: str, now: datetime) -> timedelta:
    """What a `Retry-After` asks for, at most a day: seconds or a date (RFC 9110, section 10.2.3). Zero when nothing."""
    if retry_after.isascii() and retry_after.isdecimal():
        asked = timedelta(seconds=min(int(retry_after[:9]), LONGEST_RETRY_AFTER.total_seconds()))
    else:
        try:
            asked = parsedate_to_datetime(retry_after) - now
        except (TypeError, ValueError, OverflowError):  # a year of twenty digits is the last
            return timedelta(0)
    return max(timedelta(0), min(asked, LONGEST_RETRY_AFTER))
