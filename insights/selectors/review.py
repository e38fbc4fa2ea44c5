"""What the review did: decisions, their time, and followers at detection."""

from datetime import datetime

from django.db.models import Min, Sum

from insights.definitions import Definition, Grouping
from insights.models import CaseFlow, DecisionDay
from insights.rules import periods
from insights.selectors import distributions
from insights.selectors.answers import Asked, Statistic, grain_of, recent_range
from insights.selectors.cells import Cells, summed

_COUNTS = (
    *("suspensions", "keeps", "reversals", "government_suspensions", "government_keeps"),
    *("only_government_suspensions", "only_government_keeps"),
)
_SUMS = {name: Sum(name) for name in _COUNTS}


def decisions(definition: Definition, group_by: Grouping, asked: Asked, as_of: datetime) -> Statistic:
    """Suspensions, keeps and reversals, and apart those after a government's flag. Days without any count 0 from the
    day of the first case on."""
    first = CaseFlow.objects.aggregate(first=Min("opened_on"))["first"]
    return summed(definition, group_by, asked, as_of, Cells(DecisionDay.objects.all(), _SUMS, first))


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
