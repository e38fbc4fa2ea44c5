"""The state tables, and who may do what with a case. The database's constraints agree with them."""

from collections.abc import Mapping
from dataclasses import dataclass

from reviews.choices import BatchState, CaseState, DecisionState, FlagState
from reviews.rules.second_person import SuspensionFacts, may_answer
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
    DecisionState.PROPOSED: frozenset(
        {DecisionState.PENDING, DecisionState.EFFECTIVE, DecisionState.REFUSED, DecisionState.UNDONE}
    ),
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
    """What `legal_actions` needs to know of a case: its state, whether the asker holds the live claim, whether anybody
    does, and whether suspending needs a second person. On a second look: what there is to know of the account, and
    whether the asker proposed."""

    state: CaseState
    is_mine: bool
    is_claimed: bool
    needs_second: bool = False
    suspension: SuspensionFacts | None = None
    is_my_proposal: bool = False


def legal_actions(facts: CaseFacts, may: frozenset[Permission]) -> frozenset[str]:
    """What the asker may do with a case now: draws the buttons, guards the service, and is in the API's answer.

    Returns a subset of {claim, renew, release, skip, keep, suspend, propose, approve, refuse, withdraw}. A suspension
    that needs a second person is `propose`.
    """
    if facts.state == CaseState.SECOND_LOOK:
        return _on_second_look(facts, may)
    if Permission.WORK_CASES not in may:
        return frozenset()
    if facts.state == CaseState.WAITING and not facts.is_claimed:
        return frozenset({"claim"})
    if facts.state != CaseState.CLAIMED or not facts.is_mine:
        return frozenset()
    actions = {"renew", "release", "skip"}
    if Permission.DECIDE in may:
        actions |= {"keep", "propose" if facts.needs_second else "suspend"}
    return frozenset(actions)


def _on_second_look(facts: CaseFacts, may: frozenset[Permission]) -> frozenset[str]:
    if facts.is_my_proposal:
        return frozenset({"withdraw"}) if Permission.DECIDE in may else frozenset()
    if facts.suspension and may_answer(facts.suspension, may, is_proposer=False):
        return frozenset({"approve", "refuse"})
    return frozenset()
