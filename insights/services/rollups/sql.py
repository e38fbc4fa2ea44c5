"""Plain SQL for set-based recounts: two verbs over Django's connection."""

from typing import Any

from django.db import connection


def fetch(query: str, params: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """The rows that `query` answers."""
    with connection.cursor() as cursor:
        cursor.execute(query, params or {})
        return list(cursor.fetchall())


def run(statement: str, params: dict[str, Any] | None = None) -> int:
    """Carry out `statement`. Returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params or {})
        return int(cursor.rowcount)
