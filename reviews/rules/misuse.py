"""Misuse: when a source's flags may be left unprocessed, and for how long.

Source: Regulation (EU) 2022/2065, Article 23(2) to (4): after a prior warning, for a reasonable period of time, judged
case by case by absolute numbers, by their share, by gravity and by intention. docs/sources.md tells the procedure.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from reviews.rules.precision import WINDOW_DAYS
from staff.choices import GOVERNMENTS

WARNING_HOLDS_DAYS = WINDOW_DAYS  # an older warning must be given anew: what it was about has left the window
MOST_SUSPENSION_DAYS = 90


def is_warned(warned_at: datetime | None, at: datetime) -> bool:
    """Whether a warning given at `warned_at` (None: never) still holds at `at`."""
    return warned_at is not None and at - warned_at <= timedelta(days=WARNING_HOLDS_DAYS)


def is_suspended(suspended_until: datetime | None, at: datetime) -> bool:
    """Whether a source's flags are refused at `at`. A suspension ends by itself."""
    return suspended_until is not None and at < suspended_until


def is_refused(kind: str, *, carries_order: bool) -> bool:
    """Whether a flag of a suspended source of that kind is refused. An authority's order is no notice under Article 23:
    it is processed all the same."""
    return not (carries_order and kind in GOVERNMENTS)


def fault_of_end(ends_at: datetime, at: datetime) -> str:
    """What is wrong with a suspension that would end at `ends_at`; "" when nothing is."""
    if ends_at <= at:
        return _("lies in the past.")
    if ends_at > at + timedelta(days=MOST_SUSPENSION_DAYS):
        return _("lies more than %(days)s days ahead.") % {"days": MOST_SUSPENSION_DAYS}
    return ""
