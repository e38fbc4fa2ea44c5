"""Proposals: a decision that needs a second person waits for one, who approves or refuses it.

Never the proposer, and never through a key. Lock order: account, case, decision, as when one is taken back.
"""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

import audit.services as audit
from common import clock
from common.errors import Conflict, NotAllowed
from reviews import audit_actions
from reviews.choices import CaseState, DecisionState
from reviews.errors import TooLate
from reviews.models import Decision, Skip
from reviews.rules.states import CaseFacts, legal_actions
from reviews.selectors import second_person
from reviews.services import claims, consequences, decisions
from reviews.services.words import needed
from staff.actors import Actor
from staff.permissions import Permission


@transaction.atomic
def approve(actor: Actor, *, decision_id: UUID) -> Decision:
    """The proposal stands from now on: its undo window runs, its case is decided, its flags are answered, and its
    enforcement is in the ledger.

    Returns the decision: pending, or effective at once for an order of an authority. Raises NotFound; NotAllowed for
    the proposer, through a key, and where a supervisor must answer; Conflict when it doesn't wait; TooLate when the
    suspension would have ended by now. Audit: decision.approved.
    """
    row = _lock(actor, decision_id, "approve")
    now = clock.now()
    if row.until is not None and row.until <= now:
        raise TooLate(
            _("This suspension would have ended at %(until)s UTC. Refuse the proposal.")
            % {"until": f"{row.until:%Y-%m-%d %H:%M}"}
        )
    window = decisions.undo_window(row.case, None)
    row.state = DecisionState.PENDING if window else DecisionState.EFFECTIVE
    row.effective_at = now + window
    row.approver, row.answered_at = actor.person(), now
    consequences.reverse_standing(actor, [row])
    row.save(update_fields=["state", "effective_at", "approver", "answered_at", "reverses"])
    row.case.state, row.case.closed_at = CaseState.DECIDED, now
    row.case.save(update_fields=["state", "closed_at"])
    consequences.close_flags([row])
    consequences.enforce(actor, [row])
    audit.record(
        actor,
        audit_actions.DECISION_APPROVED,
        consequences.subjects(row),
        outcome=str(row.outcome),
        effective_at=row.effective_at.isoformat(),
    )
    if row.state == DecisionState.EFFECTIVE:
        consequences.take_effect([row])
    return row


@transaction.atomic
def refuse(actor: Actor, *, decision_id: UUID, reason: str) -> Decision:
    """The proposal is refused; its case waits again, and isn't served to the proposer again today.

    Raises as `approve` does, and Invalid without a reason. Audit: decision.refused.
    """
    row = _lock(actor, decision_id, "refuse")
    said = needed("reason", reason, hint=gettext_noop("say why: the proposer will read it."))
    row.state, row.refusal = DecisionState.REFUSED, said
    row.approver, row.answered_at = actor.person(), clock.now()
    row.save(update_fields=["state", "refusal", "approver", "answered_at"])
    Skip.objects.get_or_create(case=row.case, person=row.decided_by, day=clock.now().date())
    audit.record(actor, audit_actions.DECISION_REFUSED, consequences.subjects(row), reason=said)
    claims.wait_again(actor, [row.case])
    return row


@transaction.atomic
def withdraw(actor: Actor, *, decision_id: UUID) -> Decision:
    """The proposer takes the proposal back, before anybody answered it; the case waits again.

    Raises NotFound; NotAllowed for another person's; Conflict when it doesn't wait. Audit: decision.withdrawn.
    """
    actor.require(Permission.DECIDE)
    row = decisions.lock_decision(decision_id)
    _refuse_unless_proposed(row)
    if "withdraw" not in _actions(actor, row):
        raise NotAllowed(
            _("%(pseudonym)s proposed this: approve it or refuse it.") % {"pseudonym": row.decided_by.pseudonym}
        )
    row.state, row.undone_at, row.undone_by = DecisionState.UNDONE, clock.now(), actor.person()
    row.save(update_fields=["state", "undone_at", "undone_by"])
    audit.record(actor, audit_actions.DECISION_WITHDRAWN, consequences.subjects(row), outcome=str(row.outcome))
    claims.wait_again(actor, [row.case])
    return row


def _lock(actor: Actor, decision_id: UUID, action: str) -> Decision:
    """The proposal, locked after its account and case. Raises what keeps this person from answering it."""
    actor.require(Permission.APPROVE_DECISION)
    if actor.client is not None:
        raise NotAllowed(_("A proposal is answered by a person on its page, never through a key."))
    row = decisions.lock_decision(decision_id)
    second_person.get_proposal(actor, decision_id)
    _refuse_unless_proposed(row)
    if row.decided_by_id == actor.person().pk:
        raise NotAllowed(_("You proposed this: somebody else must approve or refuse it."), code="own-proposal")
    if action not in _actions(actor, row):
        raise NotAllowed(
            _("%(account)s is protected, and governments alone flagged it: a supervisor must answer.")
            % {"account": row.case.account},
            code="supervisor-needed",
        )
    return row


def _actions(actor: Actor, row: Decision) -> frozenset[str]:
    """What the actor may do with the proposal, by the flags that are open now."""
    facts = second_person.facts_of([row.case], second_person.current_rule())[row.case_id]
    known = CaseFacts(
        CaseState(row.case.state),
        is_mine=False,
        is_claimed=False,
        suspension=facts,
        is_my_proposal=row.decided_by_id == actor.person().pk,
    )
    return legal_actions(known, actor.may)


def _answered(row: Decision) -> str:
    state = row.get_state_display().lower()
    if row.approver is None:
        return _("This was answered: %(state)s.") % {"state": state}
    return _("This was answered by %(who)s: %(state)s.") % {"who": row.approver.pseudonym, "state": state}


def _refuse_unless_proposed(row: Decision) -> None:
    if row.state != DecisionState.PROPOSED:
        raise Conflict(
            _answered(row),
            code="not-proposed",
        )
