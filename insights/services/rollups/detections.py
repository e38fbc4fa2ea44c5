"""First flags: when each account was first flagged, and its followers then."""

from datetime import date
from uuid import UUID

from insights.choices import Grain, MarkKind
from insights.services.rollups import distributions, marks
from insights.services.rollups.sql import fetch, run

FOLLOWERS_AT_DETECTION = "followers-at-detection"
_ACCOUNTS_AT_A_TIME = 100_000
# A flag that comes late but says an earlier time moves its account to another month: both months are counted anew.
# The statement reads the table as it was before it, so `old` are the months that changed rows had.
_FIRST_FLAGS = """
WITH first AS (
    SELECT account.id AS account_id, account.platform_id, flag.id AS flag_id,
        date_trunc('month', flag.flagged_at AT TIME ZONE 'UTC')::date AS month, snapshot.followers
    FROM accounts_account AS account
    JOIN LATERAL (
        SELECT id, flagged_at, snapshot_id FROM reviews_flag WHERE account_id = account.id
        ORDER BY flagged_at, id LIMIT 1
    ) AS flag ON true
    JOIN accounts_snapshot AS snapshot ON snapshot.id = flag.snapshot_id
    WHERE account.id = ANY(%(accounts)s)
), changed AS (
    INSERT INTO insights_detection AS known (account_id, platform_id, flag_id, month, followers)
    SELECT account_id, platform_id, flag_id, month, followers FROM first
    ON CONFLICT (account_id) DO UPDATE
        SET platform_id = excluded.platform_id, flag_id = excluded.flag_id, month = excluded.month,
            followers = excluded.followers
        WHERE (known.platform_id, known.flag_id, known.month, known.followers)
            IS DISTINCT FROM (excluded.platform_id, excluded.flag_id, excluded.month, excluded.followers)
    RETURNING account_id, month
)
SELECT month FROM changed UNION SELECT old.month FROM insights_detection AS old JOIN changed USING (account_id)
"""
_UNFLAGGED = """
DELETE FROM insights_detection AS known WHERE account_id = ANY(%(accounts)s)
    AND NOT EXISTS (SELECT FROM reviews_flag AS flag WHERE flag.account_id = known.account_id)
RETURNING month
"""
_FOLLOWERS = """
SELECT known.month AS start, NULL::uuid AS topic_id, known.followers AS value, platform.slug AS platform
FROM insights_detection AS known JOIN accounts_platform AS platform ON platform.id = known.platform_id
WHERE known.month = ANY(%(starts)s)
"""
_MARK_ALL = """
INSERT INTO insights_mark (kind, account_id)
SELECT 'flagged', account_id FROM reviews_flag UNION SELECT 'flagged', account_id FROM insights_detection
"""


def recount(upto: int) -> int:
    """Look up the touched accounts' first flags anew, and count the months in which any changed."""
    accounts = marks.take_accounts(MarkKind.FLAGGED, upto=upto, limit=_ACCOUNTS_AT_A_TIME)
    if months := _changed_months(accounts):
        distributions.replace(
            FOLLOWERS_AT_DETECTION, Grain.MONTH, facts=_FOLLOWERS, dimensions=("platform",), starts=months
        )
    return len(accounts)


def mark_all() -> None:
    """Mark every account that was ever flagged."""
    run(_MARK_ALL)


def _changed_months(accounts: list[UUID]) -> list[date]:
    if not accounts:
        return []
    found = fetch(_FIRST_FLAGS, {"accounts": accounts}) + fetch(_UNFLAGGED, {"accounts": accounts})
    return sorted({month for (month,) in found})
