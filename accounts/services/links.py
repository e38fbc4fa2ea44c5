"""Where accounts link to is kept, by host: so that accounts that link to the same place are found."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

_INSERT = """
    INSERT INTO accounts_link (account_id, host)
    SELECT * FROM unnest(%s::uuid[], %s::text[])
    ON CONFLICT (account_id, host) DO NOTHING
"""


def note(links: Iterable[tuple[UUID, str]]) -> None:
    """Each (account, host) stands. Inserted in key order, so that two callers never deadlock."""
    rows = sorted(set(links))
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [[account for account, _ in rows], [host for _, host in rows]])
