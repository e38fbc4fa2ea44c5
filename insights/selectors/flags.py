"""What was flagged, by whom, and what became of it."""

from datetime import datetime

from django.db.models import Min, Q, Sum

from insights.definitions import Definition, Grouping
from insights.models import FlagDay
from insights.selectors.answers import Asked, Statistic
from insights.selectors.cells import Cells, summed
from staff.choices import GOVERNMENTS

_APART = {"": Q(), "government_": Q(source_kind__in=GOVERNMENTS), "order_": Q(with_order=True)}
_STATES = ("received", "open", "agreed", "disagreed", "withdrawn", "already_actioned", "gone")
_SUMS = {f"{prefix}{name}": Sum(name, filter=which) for prefix, which in _APART.items() for name in _STATES}


def flags(definition: Definition, group_by: Grouping, asked: Asked, as_of: datetime) -> Statistic:
    """Flags by state, those of governments and those with an order also apart. Idle days count 0 from the first on."""
    first = FlagDay.objects.aggregate(first=Min("day"))["first"]
    return summed(definition, group_by, asked, as_of, Cells(FlagDay.objects.all(), _SUMS, first))
