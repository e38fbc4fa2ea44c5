"""Flags by the day they were received, and what has become of them."""

from insights.choices import MarkKind
from insights.services.rollups import marks
from insights.services.rollups.sql import run

_DAYS_AT_A_TIME = 31
# The platform is looked up flag by flag: for a day, the planner would read every account there is to join them.
_COUNT = """
INSERT INTO insights_flagday (day, platform_id, policy_id, source_kind, with_order,
    received, open, agreed, disagreed, withdrawn, already_actioned, gone)
SELECT touched.day, (SELECT platform_id FROM accounts_account WHERE id = flag.account_id),
    flag.policy_id, source.kind, flag.legal_basis IS NOT NULL,
    count(*),
    count(*) FILTER (WHERE flag.state = 'open'),
    count(*) FILTER (WHERE flag.state = 'agreed'),
    count(*) FILTER (WHERE flag.state = 'disagreed'),
    count(*) FILTER (WHERE flag.state = 'withdrawn'),
    count(*) FILTER (WHERE flag.state = 'already_actioned'),
    count(*) FILTER (WHERE flag.state = 'gone')
FROM unnest(%(days)s::date[]) AS touched (day)
JOIN reviews_flag AS flag
    ON flag.received_at >= touched.day::timestamp AT TIME ZONE 'UTC'
    AND flag.received_at < (touched.day + 1)::timestamp AT TIME ZONE 'UTC'
JOIN reviews_source AS source ON source.id = flag.source_id
GROUP BY 1, 2, 3, 4, 5
"""
_EVERY_DAY = """
SELECT (received_at AT TIME ZONE 'UTC')::date FROM reviews_flag UNION SELECT day FROM insights_flagday
"""


def recount(upto: int) -> int:
    """Count the flags received on the touched days anew. Returns how many days."""
    days = marks.take_days(MarkKind.RECEIVED, upto=upto, limit=_DAYS_AT_A_TIME)
    if days:
        run("DELETE FROM insights_flagday WHERE day = ANY(%(days)s)", {"days": days})
        run(_COUNT, {"days": days})
    return len(days)


def mark_all() -> None:
    """Mark every day on which flags were received."""
    marks.mark_days(MarkKind.RECEIVED, _EVERY_DAY)
