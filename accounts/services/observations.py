"""Observations: what accounts did, month by month."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

_COUNTS = "posts, reposts, languages, followers_last, followers_max, followers_mean, following_last, posts_last"
_NAMES = _COUNTS.split(", ")
_INSERT = f"""
    INSERT INTO accounts_observation AS stored (account_id, month, {_COUNTS})
    SELECT * FROM unnest(%s::uuid[], %s::date[], %s::bigint[], %s::bigint[], %s::jsonb[], %s::bigint[], %s::bigint[],
                         %s::float8[], %s::bigint[], %s::bigint[])
    ON CONFLICT (account_id, month) DO UPDATE
    SET {", ".join(f"{name} = excluded.{name}" for name in _NAMES)}
    WHERE ({", ".join(f"stored.{name}" for name in _NAMES)})
          IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in _NAMES)})
"""  # noqa: S608  # column names of ours


class ObservationFacts(NamedTuple):
    """An account's month. Counts that weren't made are None. The fields stand in the order of the statement above."""

    account_id: UUID
    month: date
    posts: int
    reposts: int | None = None
    languages: dict[str, int] = {}
    followers_last: int | None = None
    followers_max: int | None = None
    followers_mean: float | None = None
    following_last: int | None = None
    posts_last: int | None = None


def observe(rows: Sequence[ObservationFacts]) -> int:
    """Each account's month holds these counts: a month sent again replaces what was counted before.

    Takes months as their first day. Returns how many rows are new or changed. Written in key order, so that two
    callers never deadlock. Records nothing: callers know what they are about.
    """
    unique = {row[:2]: row for row in rows}
    columns: list[list[Any]] = [list(column) for column in zip(*(unique[key] for key in sorted(unique)), strict=True)]
    if not columns:
        return 0
    columns[4] = [Jsonb(languages) for languages in columns[4]]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, columns)
        return int(cursor.rowcount)
