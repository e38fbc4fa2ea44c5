"""The state tables, and who may do what with a case. The database's constraints agree with them."""

from collections.abc import Mapping
from dataclasses import dataclass

from reviews.choices import BatchState, CaseState, DecisionState, FlagState
from staff.permissions import Permission

CASE_MOVES: Mapping[CaseState, frozenset[CaseState]] = {
    CaseState.WAITING: frozenset({CaseState.CLAIMED, CaseState.CLOSED}),
    CaseState.CLAIMED: frozenset(
        {
            CaseState.DECIDED,
            CaseState.WAITING,
            CaseState.HELD,
            CaseState.ESCALATED,
            CaseState.SECOND_LOOK,
            CaseState.CLOSED,
        }
    ),
    CaseState.HELD: frozenset({CaseState.WAITING}),
    CaseState.ESCALATED: frozenset({CaseState.WAITING}),
    CaseState.SECOND_LOOK: frozenset({CaseState.DECIDED, CaseState.WAITING}),
    CaseState.DECIDED: frozenset({CaseState.WAITING}),
    CaseState.CLOSED: frozenset(),
}
FLAG_MOVES: Mapping[FlagState, frozenset[FlagState]] = {
    FlagState.OPEN: frozenset({FlagState.AGREED, FlagState.DISAGREED, FlagState.WITHDRAWN, FlagState.ALREADY_ACTIONED}),
    FlagState.AGREED: frozenset({FlagState.OPEN, FlagState.DISAGREED}),
    FlagState.DISAGREED: frozenset({FlagState.OPEN, FlagState.AGREED}),
    FlagState.ALREADY_ACTIONED: frozenset({FlagState.OPEN}),
    FlagState.WITHDRAWN: frozenset(),
}
DECISION_MOVES: Mapping[DecisionState, frozenset[DecisionState]] = {
    DecisionState.PROPOSED: frozenset({DecisionState.PENDING, DecisionState.REFUSED}),
    DecisionState.PENDING: frozenset({DecisionState.EFFECTIVE, DecisionState.UNDONE}),
    DecisionState.EFFECTIVE: frozenset({DecisionState.REVERSED}),
    DecisionState.REVERSED: frozenset({DecisionState.EFFECTIVE}),  # when the reversal itself is undone
    DecisionState.UNDONE: frozenset(),
    DecisionState.REFUSED: frozenset(),
}
BATCH_MOVES: Mapping[BatchState, frozenset[BatchState]] = {
    BatchState.DRAFT: frozenset({BatchState.PLANNED}),
    BatchState.PLANNED: frozenset({BatchState.APPROVED, BatchState.CANCELLED}),
    BatchState.APPROVED: frozenset({BatchState.RUNNING, BatchState.CANCELLED}),
    BatchState.RUNNING: frozenset({BatchState.PAUSED, BatchState.FINISHED, BatchState.CANCELLED}),
    BatchState.PAUSED: frozenset({BatchState.RUNNING, BatchState.CANCELLED}),
    BatchState.FINISHED: frozenset({BatchState.REVERTING}),
    BatchState.CANCELLED: frozenset({BatchState.REVERTING}),
    BatchState.REVERTING: frozenset({BatchState.REVERTED}),
    BatchState.REVERTED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What `legal_actions` needs to know of a case: its state, whether the asker holds the live claim, whether
    anybody does, and whether the account is protected."""

    state: CaseState
    is_mine: bool
    is_claimed: bool
    is_protected: bool


def legal_actions(facts: CaseFacts, may: frozenset[Permission]) -> frozenset[str]:
    """What the asker may do with a case now: draws the buttons, guards the service, and is in the API's answer.

    Returns a subset of {claim, renew, release, skip, keep, suspend}.
    """
    if Permission.WORK_CASES not in may:
        return frozenset()
    if facts.state == CaseState.WAITING and not facts.is_claimed:
        return frozenset({"claim"})
    if facts.state != CaseState.CLAIMED or not facts.is_mine:
        return frozenset()
    actions = {"renew", "release", "skip"}
    if Permission.DECIDE in may:
        actions.add("keep")
        if not facts.is_protected or Permission.DECIDE_ON_PROTECTED in may:
            actions.add("suspend")
    return frozenset(actions)
