"""What the review did: decisions, their time, and followers at detection."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import F, Min, QuerySet, Sum
from django.db.models.functions import TruncMonth

from insights.definitions import Definition, Grouping
from insights.models import CaseFlow, DecisionDay
from insights.rules import periods
from insights.selectors import distributions
from insights.selectors.answers import Asked, Row, Statistic, dimension_of, grain_of, recent_range, span

_COUNTS = ("suspensions", "keeps", "reversals")
_NAMED = {"platform": "platform__slug", "policy": "policy__code", "person": "person__pseudonym"}


def decisions(definition: Definition, group_by: Grouping, asked: Asked, as_of: datetime) -> Statistic:
    """Suspensions, keeps and reversals. Days without any count 0 from the day of the first case on."""
    grain, dimension = grain_of(group_by), dimension_of(group_by)
    cells = DecisionDay.objects.all()
    first = CaseFlow.objects.aggregate(first=Min("opened_on"))["first"]
    whole = asked if grain or asked.start else replace(asked, start=first)
    start, end = recent_range(whole, grain, as_of)
    if asked.platform:
        cells = cells.filter(platform__slug=asked.platform)
    rows = _sums(cells.filter(day__range=(start, end)), grain, dimension)
    known: list[date] = []
    gaps: list[date] = []
    if grain:
        begun = periods.periods(grain, first, as_of.date()) if first else []
        known, gaps = span(periods.periods(grain, start, end), begun)
    if grain and not dimension:
        rows = _with_zeros(rows, grain, known)
    missing = [periods.label(grain, gap) for gap in gaps]
    return Statistic(
        definition=definition,
        group_by=group_by,
        refreshed_at=as_of,
        rows=rows,
        missing=missing,
        start=start,
        end=end,
    )


def spread(definition: Definition, group_by: Grouping, asked: Asked, as_of: datetime) -> Statistic:
    """Time to decision, and followers at detection: distributions by period. A period without any is missing."""
    grain = grain_of(group_by)
    start, end = recent_range(asked, grain, as_of)
    start = periods.month_of(start) if grain == "month" else start
    rows, known = distributions.rows_of(definition.name, group_by, asked, start=start, end=end)
    gaps = periods.missing(periods.periods(grain, start, end), known)
    return Statistic(
        definition=definition,
        group_by=group_by,
        refreshed_at=as_of,
        rows=rows,
        missing=[periods.label(grain, gap) for gap in gaps],
        start=start,
        end=end,
    )


def _sums(cells: QuerySet[DecisionDay], grain: str, dimension: str) -> list[Row]:
    keys = {}
    if grain:
        keys[grain] = TruncMonth("day") if grain == "month" else F("day")
    named = {dimension: F(_NAMED[dimension])} if dimension else {}
    if not keys and not named:
        return [{name: value or 0 for name, value in cells.aggregate(**{c: Sum(c) for c in _COUNTS}).items()}]
    found = (
        cells.values(**{f"{name}_key": value for name, value in (keys | named).items()})
        .annotate(**{f"{name}_sum": Sum(name) for name in _COUNTS})
        .order_by(*(f"{name}_key" for name in (keys | named)))
    )
    return [_row(one, grain, dimension) for one in found]


def _row(one: Any, grain: str, dimension: str) -> Row:
    row: Row = {grain: periods.label(grain, one[f"{grain}_key"])} if grain else {}
    if dimension:
        row[dimension] = one[f"{dimension}_key"]
    return row | {name: one[f"{name}_sum"] for name in _COUNTS}


def _with_zeros(rows: list[Row], grain: str, known: list[date]) -> list[Row]:
    by_period = {row[grain]: row for row in rows}
    none: Row = dict.fromkeys(_COUNTS, 0)
    labels = [periods.label(grain, period) for period in known]
    return [by_period.get(one) or {grain: one, **none} for one in labels]
