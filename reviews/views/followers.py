"""Followers over time, as a curve and in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common.presentation import number


@dataclass(frozen=True, slots=True)
class FollowersCurve:
    """Values by month (None: nothing known of that month), a sentence for who can't see the curve, and the words
    under its two ends. Without two known values, `sentence` is empty: there is no curve."""

    values: list[int | None]
    sentence: str = ""
    first: str = ""
    last: str = ""


def curve(known_by_day: Sequence[tuple[date, int | None]]) -> FollowersCurve:
    """The curve of (day, followers), in the order of time. Days of months leave their missing months as gaps."""
    known = [(value, day) for day, value in known_by_day if value is not None]
    if len(known) < 2:
        return FollowersCurve([])
    (first, first_day), (last, last_day), (most, most_day) = known[0], known[-1], max(known)
    sentence = _("Followers from %(start)s to %(end)s: %(first)s at first, %(most)s at most in %(peak)s, %(last)s last")
    facts = {
        "start": _month(first_day),
        "end": _month(last_day),
        "peak": _month(most_day),
        "first": number(first),
        "most": number(most),
        "last": number(last),
    }
    return FollowersCurve(_filled(known_by_day), sentence % facts, _at(first, first_day), _at(last, last_day))


def _filled(known_by_day: Sequence[tuple[date, int | None]]) -> list[int | None]:
    """One value per month where all days are first days of months; else the values as they are."""
    if any(day.day != 1 for day, _value in known_by_day):
        return [value for _day, value in known_by_day]
    by_month = {_count(day): value for day, value in known_by_day}
    return [by_month.get(month) for month in range(min(by_month), max(by_month) + 1)]


def _count(day: date) -> int:
    return day.year * 12 + day.month


def _at(value: int, day: date) -> str:
    return _("%(followers)s in %(month)s") % {"followers": number(value), "month": _month(day)}


def _month(day: date) -> str:
    return date_format(day, "M Y")
