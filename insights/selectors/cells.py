"""Rollups whose cells add up along every column: sums by day or month, by group, or in total."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import TruncMonth

from insights.definitions import Definition, Grouping
from insights.rules import periods
from insights.selectors.answers import Asked, Row, Statistic, dimension_of, grain_of, recent_range, span

_NAMED: Final = {
    "platform": "platform__slug",
    "policy": "policy__code",
    "person": "person__pseudonym",
    "source_kind": "source_kind",
}


@dataclass(frozen=True)
class Cells:
    """Cells with a `day` and a `platform`, the sum behind each measure, and the day from which on an idle day counts 0
    (None: no day yet)."""

    rows: QuerySet[Any]
    sums: Mapping[str, Sum]
    first: date | None


def summed(definition: Definition, group_by: Grouping, asked: Asked, as_of: datetime, cells: Cells) -> Statistic:
    """The sums of `cells` as asked. Periods before the first day are missing; idle ones after it count 0."""
    grain, dimension = grain_of(group_by), dimension_of(group_by)
    whole = asked if grain or asked.start else replace(asked, start=cells.first)
    start, end = recent_range(whole, grain, as_of)
    found = cells.rows.filter(day__range=(start, end))
    if asked.platform:
        found = found.filter(platform__slug=asked.platform)
    rows = _rows(found, cells.sums, grain, dimension)
    known: list[date] = []
    gaps: list[date] = []
    if grain:
        begun = periods.periods(grain, cells.first, as_of.date()) if cells.first else []
        known, gaps = span(periods.periods(grain, start, end), begun)
    if grain and not dimension:
        rows = _with_zeros(rows, cells.sums, grain, known)
    return Statistic(
        definition=definition,
        group_by=group_by,
        refreshed_at=as_of,
        rows=rows,
        missing=[periods.label(grain, gap) for gap in gaps],
        start=start,
        end=end,
    )


def _rows(cells: QuerySet[Any], sums: Mapping[str, Sum], grain: str, dimension: str) -> list[Row]:
    keys: dict[str, Any] = {}
    if grain:
        keys[grain] = TruncMonth("day") if grain == "month" else F("day")
    if dimension:
        keys[dimension] = F(_NAMED[dimension])
    # a name of its own for each, since the columns have the plain ones
    summing = {f"{name}_sum": value for name, value in sums.items()}
    if not keys:
        return [_row(cells.aggregate(**summing), sums, "", "")]
    found = (
        cells.values(**{f"{name}_key": value for name, value in keys.items()})
        .annotate(**summing)
        .order_by(*(f"{name}_key" for name in keys))
    )
    return [_row(one, sums, grain, dimension) for one in found]


def _row(one: Mapping[str, Any], sums: Mapping[str, Sum], grain: str, dimension: str) -> Row:
    row: Row = {grain: periods.label(grain, one[f"{grain}_key"])} if grain else {}
    if dimension:
        row[dimension] = one[f"{dimension}_key"]
    return row | {name: one[f"{name}_sum"] or 0 for name in sums}


def _with_zeros(rows: list[Row], sums: Mapping[str, Sum], grain: str, known: list[date]) -> list[Row]:
    by_period = {row[grain]: row for row in rows}
    none: Row = dict.fromkeys(sums, 0)
    labels = [periods.label(grain, period) for period in known]
    return [by_period.get(one) or {grain: one, **none} for one in labels]
