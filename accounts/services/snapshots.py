"""Snapshots: an account's counts at one moment."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from common import bulk
from common.ids import new_id

Counts = tuple[UUID, int | None, int | None, int | None]
_COLUMNS = ("id", "account_id", "followers", "following", "posts", "taken_at", "cause")


def take(rows: Sequence[Counts], *, at: datetime, cause: str) -> list[UUID]:
    """A snapshot of each row stands, taken at `at` for `cause` (`choices.SnapshotCause`).

    Takes (account id, followers, following, posts), each count None where it isn't known.
    Returns the snapshots' ids in the order of `rows`.
    """
    ids = [new_id() for _ in rows]
    why = str(cause)
    bulk.insert_rows("accounts_snapshot", _COLUMNS, [(pk, *row, at, why) for pk, row in zip(ids, rows, strict=True)])
    return ids
