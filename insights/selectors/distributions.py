"""Stored distributions as rows: what doesn't add up is answered only in the ways it was counted."""

from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from common.errors import Invalid
from insights.choices import Grain
from insights.models import Distribution
from insights.rules import periods
from insights.selectors.answers import Asked, Row, dimension_of, grain_of
from insights.selectors.names import key_names


def rows_of(
    statistic: str, group_by: tuple[str, ...], asked: Asked, *, start: date, end: date, topic: UUID | None = None
) -> tuple[list[Row], set[date]]:
    """Rows of `statistic` by day or month in [start, end], oldest first, and the periods that have any.

    Raises Invalid when one platform is asked for together with another grouping: that was never counted.
    """
    grain, dimension = Grain(grain_of(group_by)), dimension_of(group_by)
    found = Distribution.objects.filter(statistic=statistic, topic=topic, grain=grain, start__range=(start, end))
    if asked.platform:
        if dimension not in {"", "platform"}:
            raise Invalid(
                _(
                    "platform: %(statistic)s by %(dimension)s was counted over all platforms only: its parts don't "
                    "add up."
                )
                % {"statistic": statistic, "dimension": dimension},
                fields={"platform": _("can't be combined with group_by=%(dimension)s") % {"dimension": dimension}},
            )
        found = found.filter(dimension="platform", key=asked.platform)
    else:
        found = found.filter(dimension=dimension)
    names = key_names(dimension) if dimension else {}
    stored = list(found.order_by("start", "key"))
    return [_row(one, grain, dimension, names) for one in stored], {one.start for one in stored if one.start}


def figures(one: Distribution) -> Row:
    """The figures of one distribution: n, unknown, mean, median, 90th percentile, maximum and zeros."""
    return {
        "n": one.n,
        "unknown": one.unknown,
        "mean": one.mean,
        "median": one.median,
        "p90": one.p90,
        "maximum": one.maximum,
        "zeros": one.zeros,
    }


def _row(one: Distribution, grain: str, dimension: str, names: dict[str, str]) -> Row:
    assert one.start is not None  # the constraint insights_distribution_start
    key: Row = {grain: periods.label(grain, one.start)}
    if dimension:
        key[dimension] = names.get(one.key, one.key)
    return key | figures(one)
