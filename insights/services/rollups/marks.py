"""Taking marks: they leave in the transaction that recounts what they name, so none is lost and none counts twice.

A mark whose writer hasn't committed can't be seen, stays, and is taken by a later refresh; so late commits are right.
"""

from datetime import date
from uuid import UUID

from insights.choices import MarkKind
from insights.services.rollups.sql import fetch, run

_TAKE_DAYS = """
WITH picked AS (
    SELECT DISTINCT day FROM insights_mark WHERE kind = %(kind)s AND id <= %(upto)s ORDER BY day LIMIT %(limit)s
), gone AS (
    DELETE FROM insights_mark AS mark USING picked
    WHERE mark.kind = %(kind)s AND mark.id <= %(upto)s AND mark.day = picked.day
)
SELECT day FROM picked ORDER BY day
"""
_TAKE_ROWS = """
WITH picked AS (
    SELECT id FROM insights_mark WHERE kind = %(kind)s AND id <= %(upto)s ORDER BY id LIMIT %(limit)s
), gone AS (
    DELETE FROM insights_mark AS mark USING picked WHERE mark.id = picked.id RETURNING mark.topic_id, mark.account_id
)
SELECT DISTINCT topic_id, account_id FROM gone
"""
_TAKE_TOPIC_MONTHS = """
WITH picked AS (
    SELECT DISTINCT topic_id, day FROM insights_mark WHERE kind = %(kind)s AND id <= %(upto)s LIMIT %(limit)s
), gone AS (
    DELETE FROM insights_mark AS mark USING picked
    WHERE mark.kind = %(kind)s AND mark.id <= %(upto)s AND mark.topic_id = picked.topic_id AND mark.day = picked.day
)
SELECT topic_id, day FROM picked
"""


def newest() -> int:
    """The greatest mark that can be seen now; 0 when there is none. Every visible mark is at or below it."""
    ((found,),) = fetch("SELECT coalesce(max(id), 0) FROM insights_mark")
    return int(found)


def take_days(kind: MarkKind, *, upto: int, limit: int) -> list[date]:
    """Take the marks of at most `limit` days; returns these days, ascending."""
    return [row[0] for row in fetch(_TAKE_DAYS, {"kind": kind, "upto": upto, "limit": limit})]


def take_accounts(kind: MarkKind, *, upto: int, limit: int) -> list[UUID]:
    """Take at most `limit` marks; returns their accounts, each once."""
    return [row[1] for row in fetch(_TAKE_ROWS, {"kind": kind, "upto": upto, "limit": limit})]


def take_tracked(*, upto: int, limit: int) -> list[tuple[UUID, UUID]]:
    """Take at most `limit` marks of tracked accounts; returns (topic, account), each once."""
    return [(row[0], row[1]) for row in fetch(_TAKE_ROWS, {"kind": MarkKind.TRACKED, "upto": upto, "limit": limit})]


def take_topic_months(*, upto: int, limit: int) -> list[tuple[UUID, date]]:
    """Take the marks of at most `limit` tallied months; returns (topic, month)."""
    found = fetch(_TAKE_TOPIC_MONTHS, {"kind": MarkKind.TALLIED, "upto": upto, "limit": limit})
    return [(row[0], row[1]) for row in found]


def mark_days(kind: MarkKind, days: str) -> int:
    """Mark every day that the query `days` answers. Returns how many."""
    statement = f"INSERT INTO insights_mark (kind, day) SELECT %(kind)s, day FROM ({days}) AS found (day)"  # noqa: S608
    return run(statement, {"kind": kind})
