"""Topics, from the observations of their tracked accounts."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from insights.choices import Grain, MarkKind
from insights.services.rollups import distributions, marks
from insights.services.rollups.sql import fetch, run

TOPIC_FOLLOWERS, TOPIC_ACCOUNTS = "topic-followers", "topic-accounts"
_MONTHS_AT_A_TIME, _ACCOUNTS_AT_A_TIME = 24, 5_000
_WATCHED = """
FROM accounts_observation AS seen
JOIN accounts_trackedaccount AS tracked ON tracked.account_id = seen.account_id
JOIN accounts_account AS account ON account.id = seen.account_id
"""
_CELLS = f"""
INSERT INTO insights_topiccell
    (topic_id, source, month, platform_id, stance, messenger_group, theme, posts, reposts, active_accounts)
SELECT tracked.topic_id, 'observations', seen.month, account.platform_id, tracked.stance, tracked.messenger_group,
    tracked.theme, sum(seen.posts), sum(seen.reposts), count(*) FILTER (WHERE seen.posts > 0)
{_WATCHED} WHERE seen.month = ANY(%(months)s) GROUP BY 1, 3, 4, 5, 6, 7
"""
_LANGUAGES = f"""
INSERT INTO insights_topiclanguage
    (topic_id, source, month, platform_id, stance, messenger_group, language, posts)
SELECT tracked.topic_id, 'observations', seen.month, account.platform_id, tracked.stance, tracked.messenger_group,
    coalesce(nullif(spoken.key, ''), 'und'), sum(spoken.value::bigint)
{_WATCHED} CROSS JOIN LATERAL jsonb_each_text(seen.languages) AS spoken
WHERE seen.month = ANY(%(months)s) GROUP BY 1, 3, 4, 5, 6, 7
"""
_WATCHED_DAYS = f"""
INSERT INTO insights_topicmonth (topic_id, source, month, platform_id, days)
SELECT DISTINCT tracked.topic_id, 'observations', seen.month, account.platform_id,
    (1::bigint << extract(day FROM seen.month + interval '1 month - 1 day')::int) - 1
{_WATCHED} WHERE seen.month = ANY(%(months)s)
"""  # noqa: S608
_FOLLOWERS = f"""
SELECT seen.month AS start, tracked.topic_id, seen.followers_last AS value, tracked.stance, platform.slug AS platform
{_WATCHED} JOIN accounts_platform AS platform ON platform.id = account.platform_id
WHERE seen.month = ANY(%(starts)s) AND seen.posts > 0
"""
_ACCOUNTS = """
SELECT NULL::date AS start, tracked.topic_id, account.followers AS value, tracked.stance, tracked.theme,
    coalesce(nullif(account.language, ''), 'und') AS language, platform.slug AS platform,
    CASE WHEN account.platform_state = 'suspended'
        THEN coalesce(to_char(account.platform_state_by, 'YYYY-MM'), 'unknown') ELSE '' END AS suspended_by
FROM accounts_trackedaccount AS tracked
JOIN accounts_account AS account ON account.id = tracked.account_id
JOIN accounts_platform AS platform ON platform.id = account.platform_id
WHERE tracked.topic_id = ANY(%(topics)s)
"""
_ACCOUNT_DIMENSIONS = ("stance", "theme", "language", "platform", "suspended_by")
_EVERY_MONTH = """
SELECT DISTINCT month FROM accounts_observation
UNION SELECT month FROM insights_topicmonth WHERE source = 'observations'
"""
_MARK_TRACKED = """
INSERT INTO insights_mark (kind, topic_id, account_id)
SELECT 'tracked', topic_id, account_id FROM accounts_trackedaccount
"""

_DROP_UNTRACKED = """
DELETE FROM insights_distribution WHERE statistic = %(statistic)s
    AND topic_id NOT IN (SELECT topic_id FROM accounts_trackedaccount)
"""


def recount(upto: int) -> int:
    """Count the touched months of all topics anew, and the touched topics' accounts. Returns how many buckets."""
    tracked = marks.take_tracked(upto=upto, limit=_ACCOUNTS_AT_A_TIME)
    accounts = marks.take_accounts(MarkKind.ACCOUNT, upto=upto, limit=_ACCOUNTS_AT_A_TIME)
    months = set(marks.take_days(MarkKind.OBSERVED, upto=upto, limit=_MONTHS_AT_A_TIME))
    months |= _months_of([account for _, account in tracked])
    topics = {topic for topic, _ in tracked} | _topics_of(accounts)
    if months:
        _count_months(sorted(months))
    if topics:
        _count_accounts(sorted(topics))
    return len(tracked) + len(accounts) + len(months)


def mark_all() -> None:
    """Mark every observed month and every tracked account; topics that track nobody any more are emptied."""
    marks.mark_days(MarkKind.OBSERVED, _EVERY_MONTH)
    run(_MARK_TRACKED)
    run(_DROP_UNTRACKED, {"statistic": TOPIC_ACCOUNTS})


def _months_of(accounts: Sequence[UUID]) -> set[date]:
    query = "SELECT DISTINCT month FROM accounts_observation WHERE account_id = ANY(%(accounts)s)"
    return _first(query, accounts=list(accounts)) if accounts else set()


def _topics_of(accounts: Sequence[UUID]) -> set[UUID]:
    query = "SELECT DISTINCT topic_id FROM accounts_trackedaccount WHERE account_id = ANY(%(accounts)s)"
    return _first(query, accounts=list(accounts)) if accounts else set()


def _first(query: str, **params: Any) -> set[Any]:
    return {row[0] for row in fetch(query, params)}


def _count_months(months: list[date]) -> None:
    for table in ("topiccell", "topiclanguage", "topicmonth"):
        drop = f"DELETE FROM insights_{table} WHERE source = 'observations' AND month = ANY(%(months)s)"  # noqa: S608
        run(drop, {"months": months})
    for count in (_CELLS, _LANGUAGES, _WATCHED_DAYS):
        run(count, {"months": months})
    distributions.replace(
        TOPIC_FOLLOWERS, Grain.MONTH, facts=_FOLLOWERS, dimensions=("stance", "platform"), starts=months
    )


def _count_accounts(topics: Iterable[UUID]) -> None:
    distributions.replace(
        TOPIC_ACCOUNTS, Grain.ALL, facts=_ACCOUNTS, dimensions=_ACCOUNT_DIMENSIONS, topics=list(topics)
    )
