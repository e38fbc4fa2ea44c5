"""The lines of a batch's list, read: each with what came of its account."""

from collections.abc import Sequence
from dataclasses import dataclass

from reviews.choices import ItemOutcome
from reviews.models import Batch, BatchItem
from reviews.rules.item_outcomes import outcome_of
from takedowns.models import Enforcement
from takedowns.selectors import enforcements


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list, what came of its account, and the enforcement that says how far that is (None: none)."""

    item: BatchItem
    outcome: ItemOutcome
    enforcement: Enforcement | None


def lines_of(batch: Batch, items: Sequence[BatchItem]) -> list[Line]:
    """`items` of the batch in their order, each with its outcome; one look into the ledger for all."""
    found = enforcements.how_far([cause for item in items if (cause := _cause(item))])
    return [_line(batch, item, found.get(_cause(item))) for item in items]


def _cause(item: BatchItem) -> str:
    """How the ledger knows the line's last decision; empty without one."""
    last = item.reversal_id or item.decision_id
    return f"decision:{last}" if last else ""


def _line(batch: Batch, item: BatchItem, enforcement: Enforcement | None) -> Line:
    return Line(item, outcome_of(batch.state, item.state, enforcement.state if enforcement else ""), enforcement)


def page_of(batch: Batch, *, after: int, size: int) -> list[BatchItem]:
    """The `size` lines that follow line number `after`, in the list's order: one index range."""
    return list(batch.items.filter(position__gt=after).order_by("position")[:size])
