"""The engine of every import.

1. Go on after the mark of an import that was cut short, or begin anew; the log says that it started.
2. Read up to CHUNK lines; parse each; a line that doesn't fit goes to the rejects and stops nothing.
3. Store the chunk in one transaction. A chunk that is refused is stored by halves, down to the line that is at fault.
4. Move the mark. (Cut off between 3 and 4, the chunk is stored again, with no effect: every target writes so that a
   row that already says so stays as it is.)
5. At the end the log says what was accepted and refused, and the mark goes.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django.db import DataError, IntegrityError, transaction

import audit.services as audit
from accounts import audit_actions
from accounts.rules.research import Translation
from accounts.services.importing.journal import Journal
from accounts.services.importing.parsing import parse
from accounts.services.importing.reading import Line, Source
from common.errors import DomainError, Invalid
from staff.actors import Actor
from staff.permissions import Permission

CHUNK = 5000
Progress = Callable[[int, int, int], None]


class Target(Protocol):
    """What lines are imported as. `store` writes rows of `shape` in the caller's transaction, and answers for each
    with "" or the reason it was refused for; writing a row again must change nothing."""

    @property
    def what(self) -> str: ...
    @property
    def shape(self) -> type[Any]: ...
    @property
    def permission(self) -> Permission: ...
    @property
    def destination(self) -> str: ...
    def store(self, rows: Sequence[Any]) -> list[str]: ...


@dataclass(frozen=True)
class Imported:
    """What an import came to: lines accepted and refused, and the line it went on after (0: from the start)."""

    what: str
    file: str
    accepted: int
    rejected: int
    resumed_after_line: int


def import_file(
    actor: Actor,
    path: Path,
    target: Target,
    *,
    mapping: Translation | None = None,
    journal_folder: Path | None = None,
    on_progress: Progress = lambda position, size, lines: None,
) -> Imported:
    """Every line of the file at `path` that fits is stored in `target`; the others stand in `FILE.rejects.ndjson`.

    Takes NDJSON or CSV, plain or `.gz`; `mapping` from another format's words to ours; `on_progress` is called after
    each chunk with bytes read, bytes in all, and lines done. Rejects and mark stand beside the file, unless
    `journal_folder` is given. Returns the counts.
    Raises Invalid when the file can't be read (on), NotAllowed. Audit: import.started and import.finished.
    """
    actor.require(target.permission)
    source = Source(path)
    journal = Journal(
        path, journal_folder or path.parent, f"{target.what} {target.destination} {'mapped' if mapping else ''}"
    )
    after = journal.mark.line
    finished = False
    try:
        _record(actor, audit_actions.IMPORT_STARTED, target, path, after_line=after)
        with closing(source.lines()) as all_lines:
            for chunk in _chunks(line for line in all_lines if line.number > after):
                accepted = _store_chunk(chunk, target, mapping, journal)
                journal.advance(chunk[-1].number, accepted)
                on_progress(source.position, source.size, chunk[-1].number)
        mark = journal.mark
        _record(actor, audit_actions.IMPORTED, target, path, accepted=mark.accepted, rejected=mark.rejected)
        finished = True
    finally:
        journal.close(finished=finished)
    return Imported(target.what, path.name, mark.accepted, mark.rejected, after)


def _chunks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """CHUNK lines at a time; where the file can't be read on, first what was read."""
    chunk: list[Line] = []
    try:
        for line in lines:
            chunk.append(line)
            if len(chunk) == CHUNK:
                yield chunk
                chunk = []
    except Invalid:
        if chunk:
            yield chunk
        raise
    if chunk:
        yield chunk


def _store_chunk(chunk: list[Line], target: Target, mapping: Translation | None, journal: Journal) -> int:
    """Returns how many lines were accepted. Rejects are written after the commit, in the order of the file."""
    refused: dict[int, str] = {}
    rows: list[tuple[int, Any]] = []
    for index, line in enumerate(chunk):
        try:
            rows.append((index, parse(line.content, target.shape, mapping)))
        except DomainError as error:
            refused[index] = error.message
    for (index, _), reason in zip(rows, _store(target, [row for _, row in rows]), strict=True):
        if reason:
            refused[index] = reason
    for index in sorted(refused):
        journal.refuse(chunk[index], refused[index])
    return len(chunk) - len(refused)


def _store(target: Target, rows: Sequence[Any]) -> list[str]:
    try:
        with transaction.atomic():
            return target.store(rows)
    except (DataError, IntegrityError, Invalid) as error:
        if len(rows) == 1:
            return [str(error).splitlines()[0]]
        half = len(rows) // 2
        return _store(target, rows[:half]) + _store(target, rows[half:])


def _record(actor: Actor, action: Any, target: Target, path: Path, **detail: int) -> None:
    with transaction.atomic():
        about = [audit.subject("import", f"{target.what}/{path.name}"[:300])]
        audit.record(actor, action, about, what=target.what, file=path.name, **detail)
