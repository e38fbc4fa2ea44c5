"""Open cases at each day's end, those that a government had flagged, and the oldest of them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Min, Q, Sum

from insights.definitions import Definition, Grouping
from insights.models import CaseFlow
from insights.rules import periods
from insights.selectors.answers import Asked, Row, Statistic, dimension_of, recent_range

# Cells closed before the range are in no day of it: only those still open by its first day are read.
_BY_DAY = """
SELECT days.day, {name}, coalesce(sum(flow.cases) FILTER (WHERE flow.still_open), 0),
    coalesce(sum(flow.cases) FILTER (WHERE flow.still_open AND flow.government_on <= days.day), 0),
    min(flow.first_opened_at) FILTER (WHERE flow.still_open),
    coalesce(sum(flow.cases) FILTER (WHERE flow.opened_on = days.day), 0),
    coalesce(sum(flow.cases) FILTER (WHERE flow.closed_on = days.day), 0)
FROM generate_series(%(start)s::date, %(end)s::date, interval '1 day') AS series (at)
CROSS JOIN LATERAL (SELECT series.at::date) AS days (day)
LEFT JOIN LATERAL (
    SELECT cell.*, (cell.closed_on IS NULL OR cell.closed_on > days.day) AS still_open, platform.slug
    FROM insights_caseflow AS cell JOIN accounts_platform AS platform ON platform.id = cell.platform_id
    WHERE cell.opened_on <= days.day AND (cell.closed_on IS NULL OR cell.closed_on >= days.day)
        AND (%(platform)s = '' OR platform.slug = %(platform)s)
) AS flow ON true
GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Backlog:
    """The backlog at the moment of the last count, and how many of it a government had flagged. `oldest_seconds` is
    None when nothing is open."""

    open: int
    government_open: int
    oldest_seconds: float | None


def backlog(definition: Definition, group_by: Grouping, asked: Asked, as_of: datetime) -> Statistic:
    """The backlog by day. Days before the first case are missing."""
    start, end = recent_range(asked, "day", as_of)
    first = CaseFlow.objects.aggregate(first=Min("opened_on"))["first"]
    begun = max(start, first) if first else None
    dimension = dimension_of(group_by)
    rows = _rows(begun, end, dimension, asked.platform, as_of) if begun and begun <= end else []
    gaps = periods.days_between(start, min(end, first - timedelta(days=1)) if first else end)
    return Statistic(
        definition=definition,
        group_by=group_by,
        refreshed_at=as_of,
        rows=rows,
        missing=[periods.label("day", gap) for gap in gaps],
        start=start,
        end=end,
    )


def at_the_count(as_of: datetime) -> Backlog:
    """How many cases were open when they were last counted, how many of them a government had flagged, and how old the
    oldest was."""
    still = CaseFlow.objects.filter(Q(closed_on=None) | Q(closed_on__gt=as_of.date()))
    government = Sum("cases", filter=Q(government_on__lte=as_of.date()))
    found = still.aggregate(open=Sum("cases"), government=government, oldest=Min("first_opened_at"))
    return Backlog(found["open"] or 0, found["government"] or 0, _age(found["oldest"], as_of))


def _rows(start: date, end: date, dimension: str, platform: str, as_of: datetime) -> list[Row]:
    query = _BY_DAY.format(name="flow.slug" if dimension else "''")
    with connection.cursor() as cursor:
        cursor.execute(query, {"start": start, "end": end, "platform": platform})
        found = cursor.fetchall()
    return [_row(one, dimension, as_of) for one in found if not dimension or one[1]]


def _row(one: tuple[Any, ...], dimension: str, as_of: datetime) -> Row:
    day, name, still_open, government, oldest, opened, closed = one
    end = min(datetime.combine(day + timedelta(days=1), time(), UTC), as_of)
    row: Row = {"day": periods.label("day", day)}
    if dimension:
        row[dimension] = name
    return row | {
        "open": int(still_open),
        "government_open": int(government),
        "oldest_seconds": _age(oldest, end),
        "opened": int(opened),
        "closed": int(closed),
    }


def _age(oldest: datetime | None, at: datetime) -> float | None:
    return max(0.0, (at - oldest).total_seconds()) if oldest else None
