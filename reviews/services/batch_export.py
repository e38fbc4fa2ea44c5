"""A batch's frozen list is taken out as a file."""

import csv
import io
from uuid import UUID

from django.db import transaction

import audit.services as audit
from reviews import audit_actions
from reviews.selectors import batches
from staff.actors import Actor

HEADER = ["line", "platform", "external_id", "handle", "followers", "state", "left_out"]
CELLS_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")


@transaction.atomic
def export_list(actor: Actor, *, batch_id: UUID) -> str:
    """The whole list as CSV in its order, with a header, as it stands now.

    Returns the text. Raises NotFound, NotAllowed. Audit: batch.exported, with how many lines and the list's hash.
    """
    batch = batches.get_batch(actor, batch_id)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for item in batches.items_of(batch).iterator(chunk_size=5000):
        known = item.account
        row = [item.position, item.platform, item.external_id, known.handle if known else ""]
        row += [known.followers if known else "", item.state, item.left_out]
        writer.writerow([_as_text(cell) for cell in row])
    audit.record(
        actor,
        audit_actions.BATCH_EXPORTED,
        [batch.wave],
        accounts=batch.counts["listed"],
        list_digest=batch.list_digest,
    )
    return out.getvalue()


def _as_text(cell: object) -> object:
    """A cell that no spreadsheet runs as a formula: accounts choose their handles themselves."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(CELLS_RUN_BY_SPREADSHEETS) else cell
