"""The state tables, and who may do what with a case. The database's constraints agree with them."""

from collections.abc import Mapping
from dataclasses import dataclass

from reviews.choices import BatchState, CaseState, DecisionState, FlagState
from reviews.rules.second_person import SuspensionFacts, may_answer
from staff.permissions import Permission

CASE_MOVES: Mapping[CaseState, frozenset[CaseState]] = {
    CaseState.WAITING: frozenset({CaseState.CLAIMED, CaseState.CLOSED}),
    # a case that is handed over or taken back waits, whoever had it
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
    # closed where its batch was cancelled before it left, and no flag asks anything
    CaseState.DECIDED: frozenset({CaseState.WAITING, CaseState.CLOSED}),
    CaseState.CLOSED: frozenset(),
}
FLAG_MOVES: Mapping[FlagState, frozenset[FlagState]] = {
    FlagState.OPEN: frozenset(
        {FlagState.AGREED, FlagState.DISAGREED, FlagState.WITHDRAWN, FlagState.ALREADY_ACTIONED, FlagState.GONE}
    ),
    FlagState.AGREED: frozenset({FlagState.OPEN, FlagState.DISAGREED}),
    FlagState.DISAGREED: frozenset({FlagState.OPEN, FlagState.AGREED}),
    FlagState.ALREADY_ACTIONED: frozenset({FlagState.OPEN}),
    FlagState.WITHDRAWN: frozenset(),
    FlagState.GONE: frozenset(),
}
DECISION_MOVES: Mapping[DecisionState, frozenset[DecisionState]] = {
    DecisionState.PROPOSED: frozenset(
        {DecisionState.PENDING, DecisionState.EFFECTIVE, DecisionState.REFUSED, DecisionState.UNDONE}
    ),
    DecisionState.PENDING: frozenset({DecisionState.EFFECTIVE, DecisionState.UNDONE}),
    # undone where its batch was cancelled before it left
    DecisionState.EFFECTIVE: frozenset({DecisionState.REVERSED, DecisionState.UNDONE}),
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
    # what failed is tried again
    BatchState.FINISHED: frozenset({BatchState.RUNNING, BatchState.REVERTING}),
    BatchState.CANCELLED: frozenset({BatchState.REVERTING}),
    BatchState.REVERTING: frozenset({BatchState.REVERTED}),
    # the rest of it, or what failed
    BatchState.REVERTED: frozenset({BatchState.REVERTING}),
}

# where a supervisor may hand a case to somebody, and where take it back
HANDED_FROM: Mapping[str, frozenset[CaseState]] = {
    "hand_over": frozenset({CaseState.WAITING, CaseState.CLAIMED, CaseState.HELD}),
    "take_back": frozenset({CaseState.CLAIMED, CaseState.HELD, CaseState.ESCALATED}),
}


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What `legal_actions` needs to know of a case: its state, whether the asker holds the live claim, whether anybody
    does, whether it carries an authority's order, whether the asker holds it for later, and whether suspending needs
    a second person. On a second look: what there is to know of the account, and whether the asker proposed. When it is
    escalated: whether the question was put to the asker, too."""

    state: CaseState
    is_mine: bool
    is_claimed: bool
    is_express: bool = False
    is_my_hold: bool = False
    needs_second: bool = False
    suspension: SuspensionFacts | None = None
    is_my_proposal: bool = False
    is_asked: bool = False


def legal_actions(facts: CaseFacts, may: frozenset[Permission]) -> frozenset[str]:
    """What the asker may do with a case now: draws the buttons, guards the service, and is in the API's answer.

    Returns a subset of {claim, renew, release, skip, hold, escalate, keep, suspend, propose, approve, refuse, withdraw,
    answer, hand_over, take_back}. A suspension that needs a second person is `propose`; to go on with a case that one
    holds for later is `claim`.
    """
    if facts.state == CaseState.SECOND_LOOK:
        return _on_second_look(facts, may)
    actions = _working(facts, may) if Permission.WORK_CASES in may else set()
    if facts.is_asked and Permission.ANSWER_ESCALATIONS in may and facts.state == CaseState.ESCALATED:
        actions.add("answer")
    if Permission.HAND_OVER in may:
        actions |= {action for action, states in HANDED_FROM.items() if facts.state in states}
    return frozenset(actions)


def _working(facts: CaseFacts, may: frozenset[Permission]) -> set[str]:
    """What somebody who works cases may do with one by claiming it, or under the claim."""
    if (facts.state == CaseState.WAITING and not facts.is_claimed) or (
        facts.state == CaseState.HELD and facts.is_my_hold
    ):
        return {"claim"}
    if facts.state != CaseState.CLAIMED or not facts.is_mine:
        return set()
    actions = {"renew", "release", "skip", "escalate"}
    if not facts.is_express:
        actions.add("hold")
    if Permission.DECIDE in may:
        actions |= {"keep", "propose" if facts.needs_second else "suspend"}
    return actions


def _on_second_look(facts: CaseFacts, may: frozenset[Permission]) -> frozenset[str]:
    if facts.is_my_proposal:
        return frozenset({"withdraw"}) if Permission.DECIDE in may else frozenset()
    if facts.suspension and may_answer(facts.suspension, may, is_proposer=False):
        return frozenset({"approve", "refuse"})
    return frozenset()
