"""The flow of cases: how many opened on a day were closed on which, and flagged by a government from which on."""

from insights.choices import MarkKind
from insights.services.rollups import marks
from insights.services.rollups.sql import run
from staff.choices import GOVERNMENTS

_DAYS_AT_A_TIME = 31
_COUNT = """
INSERT INTO insights_caseflow (opened_on, closed_on, government_on, platform_id, cases, first_opened_at)
SELECT touched.day, (review.closed_at AT TIME ZONE 'UTC')::date, (
        SELECT (min(flag.received_at) AT TIME ZONE 'UTC')::date FROM reviews_flag AS flag
        WHERE flag.case_id = review.id
            AND flag.source_id = ANY (ARRAY(SELECT id FROM reviews_source WHERE kind = ANY(%(governments)s)))
    ), review.platform_id, count(*), min(review.opened_at)
FROM unnest(%(days)s::date[]) AS touched (day)
JOIN reviews_case AS review
    ON review.opened_at >= touched.day::timestamp AT TIME ZONE 'UTC'
    AND review.opened_at < (touched.day + 1)::timestamp AT TIME ZONE 'UTC'
GROUP BY 1, 2, 3, 4
"""
_EVERY_DAY = """
SELECT (opened_at AT TIME ZONE 'UTC')::date FROM reviews_case UNION SELECT opened_on FROM insights_caseflow
"""


def recount(upto: int) -> int:
    """Count the cases opened on the touched days anew. Returns how many days."""
    days = marks.take_days(MarkKind.CASE, upto=upto, limit=_DAYS_AT_A_TIME)
    if days:
        run("DELETE FROM insights_caseflow WHERE opened_on = ANY(%(days)s)", {"days": days})
        run(_COUNT, {"days": days, "governments": list(map(str, GOVERNMENTS))})
    return len(days)


def mark_all() -> None:
    """Mark every day on which cases were opened."""
    marks.mark_days(MarkKind.CASE, _EVERY_DAY)
