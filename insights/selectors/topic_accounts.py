"""The accounts of a topic: their followers by month and as last known, and what the platform itself did."""

from dataclasses import replace
from datetime import datetime
from itertools import accumulate

from insights.choices import Grain, TopicSource
from insights.definitions import Definition, Grouping
from insights.models import Distribution
from insights.selectors import distributions
from insights.selectors.answers import Asked, Row, Statistic, dimension_of
from insights.selectors.names import refuse_platform
from insights.selectors.topics import TopicView, answer, topic_view

_ACCOUNTS = "topic-accounts"


def followers(definition: Definition, group_by: Grouping, asked: Asked, as_of: datetime) -> Statistic:
    """Mean and median followers of the accounts active in each month."""
    view = topic_view(replace(asked, source=TopicSource.OBSERVATIONS), as_of)
    rows: list[Row] = []
    if view.start and view.end:
        rows, _ = distributions.rows_of(
            definition.name, group_by, asked, start=view.start, end=view.end, topic=view.topic.pk
        )
    return answer(definition, group_by, view, as_of, rows)


def accounts(definition: Definition, group_by: Grouping, asked: Asked, as_of: datetime) -> Statistic:
    """How many accounts are tracked, and their followers as last known; most accounts first."""
    view = _as_things_stand(definition, asked, as_of)
    dimension = dimension_of(group_by)
    found = Distribution.objects.filter(
        statistic=_ACCOUNTS, topic=view.topic, grain=Grain.ALL, dimension=dimension
    ).order_by("key")
    rows: list[Row] = [
        {**({dimension: one.key} if dimension else {}), "accounts": one.n + one.unknown, **distributions.figures(one)}
        for one in found
    ]
    rows.sort(key=lambda row: -int(row["accounts"] or 0))
    return answer(definition, group_by, view, as_of, rows)


def platform_suspended(definition: Definition, group_by: Grouping, asked: Asked, as_of: datetime) -> Statistic:
    """Accounts that the platform is known to have suspended by each month, and all up to it."""
    view = _as_things_stand(definition, asked, as_of)
    found = Distribution.objects.filter(
        statistic=_ACCOUNTS, topic=view.topic, grain=Grain.ALL, dimension="suspended_by"
    ).exclude(key="")
    stored = list(found.order_by("key"))
    totals = accumulate(one.n + one.unknown for one in stored)
    rows: list[Row] = [
        {"month": one.key, "suspended": one.n + one.unknown, "cumulative": total, **distributions.figures(one)}
        for one, total in zip(stored, totals, strict=True)
    ]
    return answer(definition, group_by, view, as_of, rows)


def _as_things_stand(definition: Definition, asked: Asked, as_of: datetime) -> TopicView:
    refuse_platform(definition, asked.platform)
    view = topic_view(replace(asked, start=None, end=None, source=TopicSource.OBSERVATIONS), as_of)
    return replace(view, start=None, end=None, missing=[])
