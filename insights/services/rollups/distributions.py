"""Mean, median, percentile and greatest of a measure, by period and group, from raw facts."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from insights.choices import Grain
from insights.services.rollups.sql import run

# `facts` answers (start, topic_id, value, one text column per dimension); the whole is the dimension ''.
_WRITE = """
INSERT INTO insights_distribution
    (statistic, grain, start, topic_id, dimension, key, n, unknown, zeros, total, median, p90, maximum)
SELECT %(statistic)s, %(grain)s, start, topic_id, part.dimension, part.key,
    count(value), count(*) - count(value), count(*) FILTER (WHERE value = 0), sum(value),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY value::float8),
    percentile_cont(0.9) WITHIN GROUP (ORDER BY value::float8), max(value)::float8
FROM ({facts}) AS facts CROSS JOIN LATERAL (VALUES {parts}) AS part (dimension, key)
GROUP BY start, topic_id, part.dimension, part.key
"""
_DROP = """
DELETE FROM insights_distribution
WHERE statistic = %(statistic)s AND grain = %(grain)s
    AND (%(starts)s::date[] IS NULL OR start = ANY(%(starts)s))
    AND (%(topics)s::uuid[] IS NULL OR topic_id = ANY(%(topics)s))
"""


def replace(
    statistic: str,
    grain: Grain,
    *,
    facts: str,
    dimensions: Sequence[str] = (),
    starts: Sequence[date] | None = None,
    topics: Sequence[UUID] | None = None,
    **params: Any,
) -> None:
    """Count the distribution of `statistic` anew for the periods `starts` (and `topics`; None: all).

    Takes SQL that answers the facts of exactly these, in which `%(starts)s`, `%(topics)s` and `params` can be used.
    """
    bound = {"statistic": statistic, "grain": grain, "starts": _array(starts), "topics": _array(topics), **params}
    parts = ", ".join(["('', '')", *(f"('{name}', {name}::text)" for name in dimensions)])
    run(_DROP, bound)
    run(_WRITE.format(facts=facts, parts=parts), bound)


def _array(values: Sequence[Any] | None) -> list[Any] | None:
    return None if values is None else list(values)
