"""Words of flags and posts become findable: a sweep follows the marks that triggers leave.

1. take some marks, in one short transaction that also writes what they name;
2. again, until none that can be seen is left. A mark whose writer hasn't committed can't be seen, and stays for later.

Two sweeps at once take different marks (SKIP LOCKED). A text is stemmed by its own language: a post's, or for a flag's
reason its account's.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from reviews.choices import TextKind
from reviews.rules.words import CONFIGURATIONS, MARK, PLAIN, SIGNS

MARKS_AT_ONCE: Final = 5  # of up to a thousand texts each: about half a second
MOST_CHARACTERS: Final = 100_000  # of one text; PostgreSQL takes a megabyte of words at most

_TAKE: Final = """
    DELETE FROM reviews_searchmark WHERE id IN (
        SELECT id FROM reviews_searchmark ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
    )
    RETURNING kind, ids
"""
_WRITE: Final = """
    INSERT INTO reviews_searchtext (id, account_id, document)
    SELECT raw.id, raw.account_id,
           to_tsvector(configuration::regconfig, regexp_replace(left(normalize(raw.text), %s), %s, ' ', 'g'))
           || array_to_tsvector(ARRAY[%s || configuration])
    FROM ({raw}) AS raw
    LEFT JOIN unnest(%s::text[], %s::text[]) AS stem (language, named)
        ON stem.language = lower(split_part(raw.language, '-', 1))
    CROSS JOIN LATERAL coalesce(stem.named, %s) AS configuration
    ON CONFLICT (id) DO NOTHING
"""
_RAW: Final = {
    TextKind.FLAG: """
        SELECT flag.id, flag.account_id, flag.reason AS text, account.language
        FROM reviews_flag AS flag JOIN accounts_account AS account ON account.id = flag.account_id
        WHERE flag.id = ANY(%s)
    """,
    TextKind.POST: "SELECT id, account_id, text, language FROM accounts_post WHERE id = ANY(%s)",
}


def index_new() -> int:
    """Every text that was committed before this began is findable by its words. Returns how many were written."""
    written = 0
    while (done := _index_some()) is not None:
        written += done
    return written


@transaction.atomic
def _index_some() -> int | None:
    """Some marks are dealt with. Returns how many texts were written, None when there is no mark to take."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [MARKS_AT_ONCE])
        marks = cursor.fetchall()
    if not marks:
        return None
    return sum(_write(kind, [pk for of, ids in marks if of == kind for pk in ids]) for kind in TextKind)


def _write(kind: TextKind, ids: Sequence[UUID]) -> int:
    if not ids:
        return 0
    statement = _WRITE.format(raw=_RAW[kind])
    languages, configurations = list(CONFIGURATIONS), list(CONFIGURATIONS.values())
    with connection.cursor() as cursor:
        cursor.execute(statement, [MOST_CHARACTERS, SIGNS, MARK, list(ids), languages, configurations, PLAIN])
        return int(cursor.rowcount)
