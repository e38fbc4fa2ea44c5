"""A batch's report: its frozen list with what came of each account, as a file."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from uuid import UUID

from django.db import transaction

import audit.services as audit
from reviews import audit_actions
from reviews.models import BatchItem
from reviews.selectors import batches
from reviews.selectors.batch_items import Line, lines_of
from staff.actors import Actor

HEADER = ["line", "platform", "external_id", "handle", "followers", "outcome", "left_out", "decision", "reversal"]
HEADER += ["state", "attempts", "error", "applied_at"]
LINES_AT_ONCE = 5000
CELLS_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")


@transaction.atomic
def export_list(actor: Actor, *, batch_id: UUID) -> str:
    """The whole list as CSV in its order, with a header, and what came of each account by now.

    Returns the text. Raises NotFound, NotAllowed. Audit: batch.exported, with how many lines and the list's hash.
    """
    batch = batches.get_batch(actor, batch_id)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for items in _in_chunks(batches.items_of(batch).iterator(chunk_size=LINES_AT_ONCE)):
        for line in lines_of(batch, items):
            writer.writerow([_as_text(cell) for cell in [*_of_item(line), *_of_enforcement(line)]])
    audit.record(
        actor,
        audit_actions.BATCH_EXPORTED,
        [batch.wave],
        accounts=batch.counts["listed"],
        list_digest=batch.list_digest,
    )
    return out.getvalue()


def _in_chunks(items: Iterator[BatchItem]) -> Iterator[list[BatchItem]]:
    while chunk := list(islice(items, LINES_AT_ONCE)):
        yield chunk


def _of_item(line: Line) -> list[object]:
    item, known = line.item, line.item.account
    facts = [item.position, item.platform, item.external_id, known.handle if known else ""]
    facts += [known.followers if known else "", line.outcome.value, item.left_out]
    return [*facts, item.decision_id or "", item.reversal_id or ""]


def _of_enforcement(line: Line) -> list[object]:
    row = line.enforcement
    if row is None:
        return [""] * 4
    return [row.state, row.attempts, row.error, row.applied_at.isoformat() if row.applied_at else ""]


def _as_text(cell: object) -> object:
    """A cell that no spreadsheet runs as a formula: accounts choose their handles themselves."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(CELLS_RUN_BY_SPREADSHEETS) else cell
