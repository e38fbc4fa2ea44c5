"""Taking decisions back: undone inside the window, reversed by a new decision after it."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

import audit.services as audit
from common import clock
from common.errors import Conflict, Invalid, NotAllowed, NotFound
from common.ids import new_id
from common.texts import composed
from reviews import audit_actions
from reviews.choices import OPEN_CASE, CaseState, ClosedAs, DecisionState, FlagState, Outcome
from reviews.errors import TooLate
from reviews.models import Case, Decision, Flag
from reviews.rules import second_person as rules
from reviews.selectors import lanes, second_person
from reviews.services import consequences, decisions, orders, placing, proposals
from staff.actors import Actor
from staff.permissions import Permission
from takedowns.services import ledger

UNDONE_FLAGS = [FlagState.AGREED, FlagState.DISAGREED, FlagState.ALREADY_ACTIONED]


@transaction.atomic
def undo(actor: Actor, *, decision_id: UUID) -> Decision:
    """The decision never happened on the platform: its enforcement is cancelled, its flags are open, its case waits
    again with the flags that came since. A proposal is withdrawn (`proposals.withdraw`).

    Raises NotFound; NotAllowed for another person's decision without the right to; TooLate once the window has passed
    or the request has left; Conflict when somebody works on a newer case of the account. Audit: decision.undone.
    """
    actor.require(Permission.DECIDE)
    row = decisions.lock_decision(decision_id)
    if actor.person().pk not in (row.decided_by_id, row.approver_id):
        _refuse_unless_cleared(actor, row)
    if row.state == DecisionState.PROPOSED:
        return proposals.withdraw(actor, decision_id=decision_id)
    _check_undo(actor, row)
    if row.outcome == Outcome.SUSPEND and not ledger.cancel(actor, [row.cause]):
        raise TooLate(_("The suspension has left for the platform already. Reverse the decision instead."))
    if row.outcome == Outcome.KEEP:
        ledger.cancel(actor, [row.cause])
    row.state, row.undone_at, row.undone_by = DecisionState.UNDONE, clock.now(), actor.person()
    row.save(update_fields=["state", "undone_at", "undone_by"])
    Flag.objects.filter(decision=row, state__in=UNDONE_FLAGS).update(state=FlagState.OPEN, decision=None)
    orders.take_answers_back(actor, [row])
    audit.record(actor, audit_actions.DECISION_UNDONE, consequences.subjects(row), outcome=row.outcome)
    if row.reverses:
        decisions.restore(actor, row.reverses, undone=row)
    if row.reverses is None or row.claim_id:
        _fold_newer_case(actor, row)
        placing.reopen(actor, row.case, row.case.account, why="decision undone")
    return row


def _refuse_unless_cleared(actor: Actor, row: Decision) -> None:
    """Raises NotFound when the actor may not be shown the decision's case."""
    if not lanes.is_cleared(actor, row.case.lane):
        raise NotFound(_("There is no decision with this id."))


def _check_undo(actor: Actor, row: Decision) -> None:
    if actor.person().pk not in (row.decided_by_id, row.approver_id) and Permission.UNDO_ANY not in actor.may:
        raise NotAllowed(
            _("%(pseudonym)s made this decision: only they or a senior can undo it.")
            % {"pseudonym": row.decided_by.pseudonym}
        )
    if row.state == DecisionState.PENDING and clock.now() < row.final_at:
        return
    if row.state in (DecisionState.PENDING, DecisionState.EFFECTIVE):
        raise TooLate(
            _("The undo window ended at %(final_at)s UTC. Reverse the decision instead.")
            % {"final_at": f"{row.final_at:%H:%M:%S}"}
        )
    raise Conflict(
        _("This decision is %(state)s already.") % {"state": row.get_state_display().lower()},
        code="decision-not-standing",
    )


def _fold_newer_case(actor: Actor, row: Decision) -> None:
    """A case that was opened for the account since then (new evidence after a keep) folds into the reopened one."""
    newer = Case.objects.select_for_update().filter(account=row.account_id, state__in=OPEN_CASE).first()
    if newer is None:
        return
    if newer.state != CaseState.WAITING:
        raise Conflict(
            _("Somebody works on a newer case of this account. Wait until it is decided."), code="newer-case"
        )
    moved = newer.flags.update(case=row.case)
    orders.move(newer.pk, row.case_id)
    Case.objects.filter(pk=row.case_id).update(
        evidence_version=row.case.evidence_version + moved,
        last_flag_at=max(row.case.last_flag_at, newer.last_flag_at),
    )
    newer.state, newer.closed_at, newer.closed_as = CaseState.CLOSED, clock.now(), ClosedAs.FOLDED
    newer.save(update_fields=["state", "closed_at", "closed_as"])
    names = placing.subjects(row.case.account, newer.pk)
    audit.record(actor, audit_actions.CASE_CLOSED, names, why=f"folded into {row.case_id}")


@transaction.atomic
def reverse(actor: Actor, *, decision_id: UUID, reason: str) -> Decision:
    """A new decision with the other outcome stands in the old one's place, and points at it.

    Returns the new decision. Raises NotFound, NotAllowed (seniors and supervisors), Invalid without a reason,
    Conflict when the old one doesn't stand, its case is open again, or the suspension needs a second person: that is
    proposed on a case. Audit: decision.made, decision.reversed.
    """
    actor.require(Permission.UNDO_ANY)
    if not reason.strip():
        raise Invalid(_("reason: say why the decision is reversed."), fields={"reason": _("needed")})
    old = decisions.lock_decision(decision_id)
    _refuse_unless_cleared(actor, old)
    decisions.refuse_unless_standing(old)
    if old.case.state != CaseState.DECIDED:
        raise Conflict(_("This case is open again: decide it instead."), code="case-open")
    outcome = Outcome.KEEP if old.outcome == Outcome.SUSPEND else Outcome.SUSPEND
    _refuse_second_person(old.case, outcome)
    made = reversal(actor, old, outcome, composed(reason.strip()), window=decisions.undo_window(old.case, None))
    decisions.replace(actor, [made])
    return made


def _refuse_second_person(case: Case, outcome: str) -> None:
    rule = second_person.current_rule()
    if rules.needs(rule, second_person.facts_of([case], rule)[case.pk], outcome):
        raise Conflict(
            _("Suspending this account needs a second person: flag it, and propose it on its case."),
            code="second-person-needed",
        )


def reversal(actor: Actor, old: Decision, outcome: Outcome, reason: str, *, window: timedelta) -> Decision:
    """A new decision, unsaved, that reverses `old` and can be undone for `window`. For `decisions.replace`."""
    now = clock.now()
    return Decision(
        id=new_id(),
        case=old.case,
        account_id=old.account_id,
        outcome=outcome,
        policy=old.policy,
        policy_version=old.policy.version,
        reason=reason,
        evidence_version=old.case.evidence_version,
        decided_by=actor.person(),
        client=actor.client,
        reverses=old,
        decided_at=now,
        effective_at=now + window,
        state=DecisionState.PENDING if window else DecisionState.EFFECTIVE,
    )
