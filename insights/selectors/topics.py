"""One topic as it is asked for: which raw rows it is counted from, which months were watched, and which are gaps."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Topic
from common.errors import Invalid
from insights.choices import TopicSource
from insights.definitions import Definition, Grouping
from insights.models import TopicMonth
from insights.models.topic import TopicRollup
from insights.rules import figures, periods
from insights.selectors.answers import Asked, Row, Statistic, check_range

Rollup = TypeVar("Rollup", bound=TopicRollup)


@dataclass(frozen=True, kw_only=True)
class TopicView:
    """A topic within a range: `watched` are its months with data, each with the days watched; `missing` the gaps."""

    topic: Topic
    source: str
    platform: str
    start: date | None
    end: date | None
    watched: dict[date, int]
    missing: list[date]

    def of(self, rows: QuerySet[Rollup]) -> QuerySet[Rollup]:
        """Those of `rows` that belong to this topic, source, platform and range."""
        found = rows.filter(topic=self.topic, source=self.source, month__in=self.watched)
        return found.filter(platform__slug=self.platform) if self.platform else found

    @property
    def days(self) -> int:
        """Days watched in the whole range."""
        return sum(self.watched.values())


def topic_view(asked: Asked, as_of: datetime) -> TopicView:
    """The topic and range of a question; without a range, all that is known.

    Raises Invalid naming the field when there is no such topic, or the range isn't of whole months.
    """
    topic = _topic(asked.topic)
    source = asked.source or _source(topic)
    masks = _masks(topic, source, asked.platform)
    start, end = _range(asked, masks, as_of)
    wanted = periods.months_between(start, end) if start and end else []
    watched = {month: figures.days_watched([masks[month]]) for month in wanted if month in masks}
    return TopicView(
        topic=topic,
        source=source,
        platform=asked.platform,
        start=start,
        end=end,
        watched=watched,
        missing=periods.missing(wanted, watched),
    )


def answer(definition: Definition, group_by: Grouping, view: TopicView, as_of: datetime, rows: list[Row]) -> Statistic:
    """The answer about a topic, with its source and gaps."""
    return Statistic(
        definition=definition,
        group_by=group_by,
        refreshed_at=as_of,
        rows=rows,
        missing=[periods.label("month", gap) for gap in view.missing],
        start=view.start,
        end=view.end,
        topic=view.topic.slug,
        source=view.source,
    )


def _topic(slug: str) -> Topic:
    if not slug:
        raise Invalid(_("topic: name the topic, by its slug."), fields={"topic": _("is needed")})
    found = Topic.objects.filter(slug=slug).first()
    if found is None:
        raise Invalid(_("topic: there is no topic %(slug)s.") % {"slug": slug}, fields={"topic": _("unknown")})
    return found


def _source(topic: Topic) -> str:
    observed = TopicMonth.objects.filter(topic=topic, source=TopicSource.OBSERVATIONS).exists()
    return TopicSource.OBSERVATIONS if observed else TopicSource.TALLIES


def _masks(topic: Topic, source: str, platform: str) -> dict[date, int]:
    rows = TopicMonth.objects.filter(topic=topic, source=source)
    if platform:
        rows = rows.filter(platform__slug=platform)
    masks: dict[date, int] = {}
    for month, days in rows.order_by("month").values_list("month", "days"):
        masks[month] = masks.get(month, 0) | days
    return masks


def _range(asked: Asked, masks: dict[date, int], as_of: datetime) -> tuple[date | None, date | None]:
    start = asked.start or (min(masks) if masks else None)
    end = asked.end or (periods.month_end(max(masks)) if masks else None)
    if start is None or end is None:
        return None, None
    check_range(start, end)
    if not periods.is_whole_months(start, end):
        message = _("from, to: topics are counted by whole months: give months (2015-07) or their first and last day.")
        raise Invalid(message, fields={"from": _("not whole months"), "to": _("not whole months")})
    newest = max([as_of.date(), *masks])
    return start, max(start, min(end, periods.month_end(newest)))
