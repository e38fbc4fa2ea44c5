"""Decisions by day, and how long they took."""

from collections.abc import Iterable
from datetime import date

from insights.choices import Grain, MarkKind
from insights.services.rollups import distributions, marks
from insights.services.rollups.sql import run
from staff.choices import GOVERNMENTS

TIME_TO_DECISION = "time-to-decision"
_DAYS_AT_A_TIME = 31
_COUNTED = "decision.state IN ('pending', 'effective', 'reversed')"
# A new decision on a reopened case points at the old one too, but it was made under a claim or by a batch.
_REVERSAL = "(decision.reverses_id IS NOT NULL AND decision.claim_id IS NULL AND decision.batch_id IS NULL)"
_SUSPENSION = f"NOT {_REVERSAL} AND decision.outcome = 'suspend'"
_KEEP = f"NOT {_REVERSAL} AND decision.outcome = 'keep'"
_GOVERNMENT = "decision.source_kinds && %(governments)s::varchar[]"
_ONLY_GOVERNMENT = f"{_GOVERNMENT} AND decision.source_kinds <@ %(governments)s::varchar[]"
_COUNT = f"""
INSERT INTO insights_decisionday (day, platform_id, policy_id, person_id, suspensions, keeps, reversals,
    government_suspensions, government_keeps, only_government_suspensions, only_government_keeps)
SELECT touched.day, account.platform_id, decision.policy_id, decision.decided_by_id,
    count(*) FILTER (WHERE {_SUSPENSION}),
    count(*) FILTER (WHERE {_KEEP}),
    count(*) FILTER (WHERE {_REVERSAL}),
    count(*) FILTER (WHERE {_SUSPENSION} AND {_GOVERNMENT}),
    count(*) FILTER (WHERE {_KEEP} AND {_GOVERNMENT}),
    count(*) FILTER (WHERE {_SUSPENSION} AND {_ONLY_GOVERNMENT}),
    count(*) FILTER (WHERE {_KEEP} AND {_ONLY_GOVERNMENT})
FROM unnest(%(days)s::date[]) AS touched (day)
JOIN reviews_decision AS decision
    ON decision.decided_at >= touched.day::timestamp AT TIME ZONE 'UTC'
    AND decision.decided_at < (touched.day + 1)::timestamp AT TIME ZONE 'UTC'
JOIN accounts_account AS account ON account.id = decision.account_id
WHERE {_COUNTED}
GROUP BY touched.day, account.platform_id, decision.policy_id, decision.decided_by_id
"""  # noqa: S608
# A batch decides a list at once, often on cases that it opened itself: no time to decision of anybody.
_WAITS = f"""
SELECT period.start, NULL::uuid AS topic_id, extract(epoch FROM decision.decided_at - review.opened_at) AS value,
    platform.slug AS platform, policy.code AS policy, decision.decided_by_id AS person
FROM unnest(%(starts)s::date[]) AS period (start)
JOIN reviews_decision AS decision
    ON decision.decided_at >= period.start::timestamp AT TIME ZONE 'UTC'
    AND decision.decided_at < (period.start + %(length)s::interval)::timestamp AT TIME ZONE 'UTC'
JOIN reviews_case AS review ON review.id = decision.case_id
JOIN accounts_platform AS platform ON platform.id = review.platform_id
JOIN reviews_policy AS policy ON policy.id = decision.policy_id
WHERE {_COUNTED} AND decision.reverses_id IS NULL AND decision.batch_id IS NULL
"""  # noqa: S608
_EVERY_DAY = """
SELECT (decided_at AT TIME ZONE 'UTC')::date FROM reviews_decision UNION SELECT day FROM insights_decisionday
UNION SELECT start FROM insights_distribution WHERE statistic = 'time-to-decision' AND grain = 'day'
"""


def recount(upto: int) -> int:
    """Count the touched days' decisions anew. Returns how many days."""
    days = marks.take_days(MarkKind.DECIDED, upto=upto, limit=_DAYS_AT_A_TIME)
    if days:
        run("DELETE FROM insights_decisionday WHERE day = ANY(%(days)s)", {"days": days})
        run(_COUNT, {"days": days, "governments": list(map(str, GOVERNMENTS))})
        _time(Grain.DAY, days, "1 day")
        _time(Grain.MONTH, {day.replace(day=1) for day in days}, "1 month")
    return len(days)


def mark_all() -> None:
    """Mark every day that has decisions, or had."""
    marks.mark_days(MarkKind.DECIDED, _EVERY_DAY)


def _time(grain: Grain, starts: Iterable[date], length: str) -> None:
    distributions.replace(
        TIME_TO_DECISION,
        grain,
        facts=_WAITS,
        dimensions=("platform", "policy", "person"),
        starts=sorted(starts),
        length=length,
    )
