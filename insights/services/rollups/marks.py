"""Taking marks: they leave in the transaction that recounts what they name, so none is lost and none counts twice.

A mark whose writer hasn't committed can't be seen, stays, and is taken by a later refresh; so late commits are right.
"""

from datetime import date
from uuid import UUID

from insights.choices import MarkKind
from insights.services.rollups.sql import fetch, run

# No joins with the table of marks: its statistics are of no use (empty at one moment, a million rows at the next), and
# a nested loop over it was seen to run for ten minutes. Each statement reads it once or twice from end to end.
_TAKE_DAYS = """
WITH picked AS (
    SELECT DISTINCT day FROM insights_mark WHERE kind = %(kind)s AND id <= %(upto)s ORDER BY day LIMIT %(limit)s
), gone AS (
    DELETE FROM insights_mark
    WHERE kind = %(kind)s AND id <= %(upto)s AND day = ANY (ARRAY(SELECT day FROM picked))
)
SELECT day FROM picked ORDER BY day
"""
_TAKE_ROWS = """
WITH gone AS (
    DELETE FROM insights_mark WHERE kind = %(kind)s AND id <= (
        SELECT max(id) FROM (
            SELECT id FROM insights_mark WHERE kind = %(kind)s AND id <= %(upto)s ORDER BY id LIMIT %(limit)s
        ) AS first
    )
    RETURNING topic_id, account_id, day
)
SELECT DISTINCT topic_id, account_id, day FROM gone
"""


def newest() -> int:
    """The greatest mark that can be seen now; 0 when there is none. Every visible mark is at or below it."""
    ((found,),) = fetch("SELECT coalesce(max(id), 0) FROM insights_mark")
    return int(found)


def take_days(kind: MarkKind, *, upto: int, limit: int) -> list[date]:
    """Take the marks of at most `limit` days; returns these days, ascending."""
    return [row[0] for row in fetch(_TAKE_DAYS, {"kind": kind, "upto": upto, "limit": limit})]


def take_accounts(kind: MarkKind, *, upto: int, limit: int) -> list[UUID]:
    """Take the oldest `limit` marks; returns their accounts, each once."""
    return [account for _, account, _ in _take_rows(kind, upto, limit)]


def take_tracked(*, upto: int, limit: int) -> list[tuple[UUID, UUID]]:
    """Take the oldest `limit` marks of tracked accounts; returns (topic, account), each once."""
    return [(topic, account) for topic, account, _ in _take_rows(MarkKind.TRACKED, upto, limit)]


def take_topic_months(*, upto: int, limit: int) -> list[tuple[UUID, date]]:
    """Take the oldest `limit` marks of tallied months; returns (topic, month), each once."""
    return [(topic, month) for topic, _, month in _take_rows(MarkKind.TALLIED, upto, limit)]


def _take_rows(kind: MarkKind, upto: int, limit: int) -> list[tuple[UUID, UUID, date]]:
    found = fetch(_TAKE_ROWS, {"kind": kind, "upto": upto, "limit": limit})
    return [(topic, account, day) for topic, account, day in found]


def mark_days(kind: MarkKind, days: str) -> int:
    """Mark every day that the query `days` answers. Returns how many."""
    statement = f"INSERT INTO insights_mark (kind, day) SELECT %(kind)s, day FROM ({days}) AS found (day)"  # noqa: S608
    return run(statement, {"kind": kind})
