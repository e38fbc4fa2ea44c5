"""The CSV of what is to be done by hand: one line for each enforcement, with a cell for what became of it."""

import csv
from collections.abc import Iterable, Sequence
from typing import IO, Final
from uuid import UUID

from common.errors import Invalid
from common.spreadsheets import as_text
from takedowns.models import Enforcement
from takedowns.services.by_hand import Told

HEADER: Final = ("id", "do", "external_id", "handle", "url", "until", "policy", "asked_at", "answer", "note")
_NEEDED: Final = {"id", "answer"}


def write(file: IO[str], rows: Iterable[Enforcement]) -> None:
    """Write the rows, which have their accounts, with empty cells for the answer and a note."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADER)
    for row in rows:
        account = row.account
        until = row.until.isoformat() if row.until else ""
        cells = [str(row.pk), row.kind, account.external_id, account.handle, account.url, until, row.policy]
        writer.writerow([as_text(cell) for cell in [*cells, row.created_at.isoformat(), "", ""]])


def read(file: IO[str]) -> Sequence[Told]:
    """What is said of each line that has an answer; those without one are still to be done. Raises Invalid."""
    rows = csv.DictReader(file)
    if missing := _NEEDED - set(rows.fieldnames or []):
        raise Invalid(f"The first line lacks the columns {', '.join(sorted(missing))}.", fields={"file": "columns"})
    answered = [(line, row) for line, row in enumerate(rows, start=2) if (row["answer"] or "").strip()]
    return [_told(line, row) for line, row in answered]


def _told(line: int, row: dict[str, str | None]) -> Told:
    try:
        enforcement_id = UUID((row["id"] or "").strip())
    except ValueError:
        raise Invalid(f"line {line}: {row['id']!r} is no id.", fields={f"line {line}": "no id"}) from None
    return Told(line, enforcement_id, (row["answer"] or "").strip().lower(), (row.get("note") or "").strip()[:500])
