"""The flow of cases: how many opened on a day were closed on which."""

from insights.choices import MarkKind
from insights.services.rollups import marks
from insights.services.rollups.sql import run

_DAYS_AT_A_TIME = 31
_COUNT = """
INSERT INTO insights_caseflow (opened_on, closed_on, platform_id, cases, first_opened_at)
SELECT touched.day, (review.closed_at AT TIME ZONE 'UTC')::date, review.platform_id, count(*), min(review.opened_at)
FROM unnest(%(days)s::date[]) AS touched (day)
JOIN reviews_case AS review
    ON review.opened_at >= touched.day::timestamp AT TIME ZONE 'UTC'
    AND review.opened_at < (touched.day + 1)::timestamp AT TIME ZONE 'UTC'
GROUP BY 1, 2, 3
"""
_EVERY_DAY = """
SELECT (opened_at AT TIME ZONE 'UTC')::date FROM reviews_case UNION SELECT opened_on FROM insights_caseflow
"""


def recount(upto: int) -> int:
    """Count the cases opened on the touched days anew. Returns how many days."""
    days = marks.take_days(MarkKind.CASE, upto=upto, limit=_DAYS_AT_A_TIME)
    if days:
        run("DELETE FROM insights_caseflow WHERE opened_on = ANY(%(days)s)", {"days": days})
        run(_COUNT, {"days": days})
    return len(days)


def mark_all() -> None:
    """Mark every day on which cases were opened."""
    marks.mark_days(MarkKind.CASE, _EVERY_DAY)
