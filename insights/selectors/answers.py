"""What is asked of a statistic, and what is answered."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from common.errors import Invalid
from insights.choices import Part
from insights.definitions import Definition, Grouping
from insights.models import Freshness
from insights.rules import periods

Value = str | int | float | None
Row = dict[str, Value]
MOST_DAYS: Final = 30 * 366
_USUAL_DAYS, _USUAL_MONTHS = 30, 12
GRAINS: Final = ("day", "month")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question: the range (both ends included; None: the usual one), how to group, and what to narrow it to.

    `group_by` None is the definition's first grouping. `compare_start` and `compare_end` are for changes only.
    """

    start: date | None = None
    end: date | None = None
    group_by: Grouping | None = None
    topic: str = ""
    platform: str = ""
    source: str = ""
    compare_start: date | None = None
    compare_end: date | None = None


@dataclass(frozen=True, kw_only=True)
class Statistic:
    """An answer: rows in order, the periods in range that nothing is known of, and how fresh it is.

    `refreshed_at` is None when it was never counted. `source` says which raw rows a topic's figures come from.
    """

    definition: Definition
    group_by: Grouping
    refreshed_at: datetime | None
    rows: list[Row] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    start: date | None = None
    end: date | None = None
    topic: str = ""
    source: str = ""

    @property
    def grain(self) -> str:
        """ "day", "month", or empty for totals."""
        return grain_of(self.group_by)


def grouping(definition: Definition, asked: Asked) -> Grouping:
    """The grouping to answer in. Raises Invalid when the definition has no such one."""
    if asked.group_by is None:
        return definition.groupings[0]
    for known in definition.groupings:
        if set(known) == set(asked.group_by):
            return known
    ways = "; ".join(",".join(known) or "total" for known in definition.groupings)
    raise Invalid(
        _("group_by: %(name)s can be grouped by: %(ways)s.") % {"name": definition.name, "ways": ways},
        fields={"group_by": _("one of: %(ways)s") % {"ways": ways}},
    )


def grain_of(group_by: Grouping) -> str:
    """The time in a grouping: "day", "month" or empty."""
    return next((name for name in group_by if name in GRAINS), "")


def dimension_of(group_by: Grouping) -> str:
    """What a grouping has besides the time; empty for nothing."""
    return next((name for name in group_by if name not in GRAINS), "")


def refreshed_at(part: str) -> datetime | None:
    """As of when a part was counted; None when it never was."""
    found = Freshness.objects.filter(part=Part(part)).first()
    return found.refreshed_at if found else None


def recent_range(asked: Asked, grain: str, as_of: datetime) -> tuple[date, date]:
    """The range to answer for figures that grow every day: as asked, else the last 30 days or 12 months. By month it is
    widened to whole months; it never goes past the day of the count. Raises Invalid as `check_range`."""
    today = as_of.date()
    end = asked.end or today
    usual = periods.month_after(end, 1 - _USUAL_MONTHS) if grain == "month" else end - timedelta(days=_USUAL_DAYS - 1)
    start = asked.start or usual
    check_range(start, end)
    if grain == "month":
        start, end = periods.month_of(start), periods.month_end(end)
    return start, min(end, today)


def check_range(start: date, end: date) -> None:
    """Raises Invalid for a range that is the wrong way round, or longer than thirty years."""
    if end < start:
        raise Invalid(_("to: give a day that isn't before `from`."), fields={"to": _("is before `from`")})
    if (end - start).days > MOST_DAYS:
        raise Invalid(_("from: ask for at most thirty years at a time."), fields={"from": _("too long before `to`")})


def span(wanted: Iterable[date], known: Iterable[date]) -> tuple[list[date], list[date]]:
    """`wanted` periods split into (known, missing)."""
    have = set(known)
    listed = list(wanted)
    return [one for one in listed if one in have], periods.missing(listed, have)
