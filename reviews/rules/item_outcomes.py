"""What came of one account of a batch: one word from where its line stands and how far the ledger is."""

from types import MappingProxyType
from typing import Final

from reviews.choices import BatchState, ItemOutcome, ItemState
from takedowns.choices import State

_STILL_DECIDING: Final = (BatchState.PLANNED, BatchState.APPROVED, BatchState.RUNNING, BatchState.PAUSED)
_OF_ENFORCEMENT: Final = MappingProxyType(
    {
        State.WAITING: ItemOutcome.UNDER_WAY,
        State.SENDING: ItemOutcome.UNDER_WAY,
        State.RETRYING: ItemOutcome.UNDER_WAY,
        State.UNKNOWN: ItemOutcome.UNKNOWN,
        State.APPLIED: ItemOutcome.APPLIED,
        State.FAILED: ItemOutcome.FAILED,
        State.CANCELLED: ItemOutcome.UNTOUCHED,
        State.SUPERSEDED: ItemOutcome.SUPERSEDED,
    }
)


def outcome_of(batch_state: str, item_state: str, enforcement: str) -> ItemOutcome:
    """Takes the states of the batch, of the account's line, and of the enforcement that it asked for last: of one
    that was reverted, the reinstatement (empty: none)."""
    if item_state == ItemState.LEFT_OUT:
        return ItemOutcome.LEFT_OUT
    if item_state == ItemState.LISTED:
        return ItemOutcome.TO_DECIDE if batch_state in _STILL_DECIDING else ItemOutcome.UNTOUCHED
    if item_state == ItemState.REVERTED and enforcement in ("", State.APPLIED):
        return ItemOutcome.REVERTED
    return _OF_ENFORCEMENT[State(enforcement)] if enforcement else ItemOutcome.KEPT
