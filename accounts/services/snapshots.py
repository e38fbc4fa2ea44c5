"""Snapshots: an account's counts at one moment."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from common.ids import new_id

Counts = tuple[UUID, int | None, int | None, int | None]
_INSERT = """
    INSERT INTO accounts_snapshot (id, account_id, taken_at, followers, following, posts, cause)
    SELECT given.id, given.account_id, %s, given.followers, given.following, given.posts, %s
    FROM unnest(%s::uuid[], %s::uuid[], %s::bigint[], %s::bigint[], %s::bigint[])
         AS given (id, account_id, followers, following, posts)
"""


def take(rows: Sequence[Counts], *, at: datetime, cause: str) -> list[UUID]:
    """A snapshot of each row stands, taken at `at` for `cause` (`choices.SnapshotCause`).

    Takes (account id, followers, following, posts), each count None where it isn't known.
    Returns the snapshots' ids in the order of `rows`.
    """
    ids = [new_id() for _ in rows]
    columns = [list(column) for column in zip(*rows, strict=True)]
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, [at, cause, ids, *columns])
    return ids
