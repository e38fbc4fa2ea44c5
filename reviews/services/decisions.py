"""Decisions: the only way to suspend or keep, for one case, for a batch and for the API."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

import audit.services as audit
from common import bulk, clock
from common.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from common.ids import new_id
from common.texts import composed
from reviews import audit_actions
from reviews.choices import STANDING, CaseState, ClaimEnd, DecisionState, FlagState, Need, Outcome
from reviews.errors import EvidenceChanged
from reviews.models import Batch, Case, Claim, Decision, Flag, Policy
from reviews.rules import second_person as rules
from reviews.rules.states import CaseFacts, legal_actions
from reviews.selectors import second_person
from reviews.selectors.cases import source_kinds_of
from reviews.services import care, claims, consequences, drafts, orders, placing
from reviews.services.care import Care
from reviews.services.facts import Verdict
from reviews.services.webhooks import noting
from staff.actors import SYSTEM, Actor
from staff.permissions import Permission
from takedowns.selectors import enforcements
from takedowns.services import ledger

EFFECTIVE_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class _Ready:
    """A verdict that may stand, with the locked rows it rests on."""

    verdict: Verdict
    case: Case
    claim: Claim
    policy: Policy
    needs: list[Need]
    proposed_days: int | None


def decide_one(actor: Actor, verdict: Verdict) -> Decision:
    """One case is decided. See `decide`. Raises what it was refused for."""
    (answer,) = decide(actor, [verdict])
    if isinstance(answer, DomainError):
        raise answer
    return answer


@transaction.atomic
def decide(
    actor: Actor, verdicts: Sequence[Verdict], *, batch: Batch | None = None, held: Sequence[Claim] = ()
) -> list[Decision | DomainError]:
    """Each case whose verdict may stand is decided: decision, flags, enforcement and log in one transaction.

    Takes verdicts on different cases, each with the token of the claim it is made under. `held` are live claims, each
    with its case, that the caller has locked in this transaction: they aren't read again. Returns for each, in order,
    the decision or why it was refused: NotFound, ClaimLost, EvidenceChanged (*keep* on evidence that grew), Invalid
    (the field is named), Conflict (a batch, where a second person is needed). Raises NotAllowed without the permission.
    Audit: decision.made for each, or decision.proposed.

    1. Lock the cases in id order, then read their live claims.
    2. Refuse what may not stand; nothing of it is written.
    3. Write decisions; a standing decision on a reopened case is reversed by the new one.
    4. Cases are decided, claims end, open flags become agreed or disagreed.
    5. What needs a second person is only proposed: its case waits for a second look, its flags stay open.
    6. Put enforcements into the ledger; they leave when the undo window, kept in the row, has passed.
    """
    actor.require(Permission.DECIDE)
    live = {row.case_id: row for row in held}
    cases = {row.case_id: row.case for row in held}
    if others := [verdict.case_id for verdict in verdicts if verdict.case_id not in cases]:
        cases |= _lock(others)
        live |= {row.case_id: row for row in Claim.objects.filter(case__in=others, ended_at=None)}
    rule = second_person.current_rule()
    facts = second_person.facts_of(_to_suspend(verdicts, cases), rule)
    codes = {verdict.policy for verdict in verdicts}
    policies = {row.code: row for row in Policy.objects.filter(code__in=codes, is_active=True)}
    asked = care.asked_of(verdicts, cases, policies)
    answers: list[Decision | DomainError] = []
    ready: list[_Ready] = []
    made: list[Decision] = []
    now = clock.now()
    for verdict in verdicts:
        case = cases.get(verdict.case_id)
        try:
            needs = rules.needs(rule, facts[verdict.case_id]) if verdict.case_id in facts else []
            row = _checked(actor, verdict, case, live.get(verdict.case_id), policies, needs, asked)
            if batch is not None and needs:
                raise Conflict(_("This needs a second person: decide it by itself."), code="second-person-needed")
        except DomainError as refusal:
            answers.append(refusal)
            continue
        decision = _decision(actor, row, batch, now)
        ready.append(row)
        made.append(decision)
        answers.append(decision)
    if made:
        _write(actor, ready, made, now)
    return answers


def _lock(case_ids: Sequence[UUID]) -> dict[UUID, Case]:
    rows = Case.objects.select_for_update(of=("self",)).select_related("account").prefetch_related("account__platform")
    return {row.pk: row for row in rows.filter(pk__in=case_ids).order_by("pk")}


def _to_suspend(verdicts: Sequence[Verdict], cases: Mapping[UUID, Case]) -> list[Case]:
    wanted = {verdict.case_id for verdict in verdicts if verdict.outcome == Outcome.SUSPEND}
    return [case for case in cases.values() if case.pk in wanted]


def _checked(
    actor: Actor,
    verdict: Verdict,
    case: Case | None,
    live: Claim | None,
    policies: Mapping[str, Policy],
    needs: list[Need],
    asked: Care,
) -> _Ready:
    if case is None:
        raise NotFound(_("There is no case with this id."))
    claims.check_token(actor, case, live, verdict.token)
    assert live is not None
    faults = _faults(verdict, case, policies) | asked.faults(verdict)
    if faults:
        raise Invalid(" ".join(f"{field}: {text}" for field, text in faults.items()), fields=faults)
    facts = CaseFacts(CaseState(case.state), is_mine=True, is_claimed=True, needs_second=bool(needs))
    action = "propose" if needs else verdict.outcome
    if action not in legal_actions(facts, actor.may):
        raise NotAllowed(_("%(actor)s may not %(action)s on this case now.") % {"actor": actor.label, "action": action})
    if verdict.outcome == Outcome.KEEP and case.evidence_version > verdict.evidence_version:
        raise EvidenceChanged.since(verdict.evidence_version, case.evidence_version)
    return _Ready(verdict, case, live, policies[verdict.policy], needs, asked.proposed.get(case.pk))


def _faults(verdict: Verdict, case: Case, policies: Mapping[str, Policy]) -> dict[str, str]:
    faults = {}
    if verdict.outcome not in Outcome.values:
        faults["outcome"] = _("give suspend or keep.")
    if verdict.policy not in policies:
        faults["policy"] = _("no active policy has the code %(policy)s.") % {"policy": repr(verdict.policy)}
    if not verdict.reason.strip():
        faults["reason"] = _("say why, as the account's owner will read it.")
    if not 0 < verdict.evidence_version <= case.evidence_version:
        faults["evidence_version"] = _("give the version you saw, 1 to %(evidence_version)s.") % {
            "evidence_version": case.evidence_version
        }
    if verdict.until is not None and verdict.outcome != Outcome.SUSPEND:
        faults["until"] = _("only a suspension has an end.")
    elif verdict.until is not None and verdict.until <= clock.now():
        faults["until"] = _("lies in the past.")
    return faults


def undo_window(case: Case, batch: Batch | None) -> timedelta:
    """How long a decision on `case` can be undone: not at all for removal orders and batches, which have other ways."""
    at_once = batch is not None or case.legal_deadline_at is not None
    return timedelta(0) if at_once else timedelta(seconds=settings.CASELOAD["UNDO_SECONDS"])


def _decision(actor: Actor, row: _Ready, batch: Batch | None, now: datetime) -> Decision:
    window = undo_window(row.case, batch)
    state = DecisionState.PENDING if window else DecisionState.EFFECTIVE
    return Decision(
        id=new_id(),
        case=row.case,
        account_id=row.case.account_id,
        outcome=row.verdict.outcome,
        policy=row.policy,
        policy_version=row.policy.version,
        reason=composed(row.verdict.reason.strip()),
        until=row.verdict.until,
        proposed_days=row.proposed_days,
        length_reason="" if row.verdict.days == row.proposed_days else row.verdict.length_reason.strip(),
        evidence_version=row.verdict.evidence_version,
        evidence_seen=None if row.verdict.evidence_seen is None else list(row.verdict.evidence_seen),
        decided_by=actor.person(),
        client=actor.client,
        claim=row.claim,
        batch=batch,
        decided_at=now,
        effective_at=None if row.needs else now + window,
        state=DecisionState.PROPOSED if row.needs else state,
        needs=row.needs,
    )


def _write(actor: Actor, ready: Sequence[_Ready], made: list[Decision], now: datetime) -> None:
    proposed = [row for row in made if row.state == DecisionState.PROPOSED]
    standing = [row for row in made if row.state != DecisionState.PROPOSED]
    _tell_flaggers(made)
    claims.end([row.claim for row in ready if row.needs], ClaimEnd.PROPOSED)
    claims.end([row.claim for row in ready if not row.needs], ClaimEnd.DECIDED)
    drafts.drop(actor, [row.case.pk for row in ready])
    if proposed:
        Case.objects.filter(pk__in=[row.case_id for row in proposed]).update(state=CaseState.SECOND_LOOK)
        bulk.insert(proposed)
        entries = [
            (consequences.subjects(row), consequences.told(row) | {"needs": [str(need) for need in row.needs]})
            for row in proposed
        ]
        audit.record_many(actor, audit_actions.DECISION_PROPOSED, entries)
    if standing:
        consequences.reverse_standing(actor, standing)
        decided = Case.objects.filter(pk__in=[row.case_id for row in standing])
        decided.update(state=CaseState.DECIDED, closed_at=now)
        _store(actor, standing)


def replace(actor: Actor, made: list[Decision], *, wave: str = "") -> None:
    """Each of `made` (unsaved) stands in the place of the decision it reverses; the caller holds the locks. Set-based,
    called with one or with many; many are one `wave` in the ledger."""
    consequences.reverse_standing(actor, made)
    answered = Flag.objects.filter(decision__in=[row.reverses_id for row in made]).exclude(state=FlagState.WITHDRAWN)
    answered.update(state=FlagState.OPEN, decision=None)
    _tell_flaggers(made)
    _store(actor, made, wave=wave)


def restore(actor: Actor, old: Decision, *, undone: Decision) -> None:
    """`old` stands again, since `undone`, which had reversed it, never happened. Its flags are answered by it, and a
    suspension that the reversal had taken out of the ledger before it left is put back, caused by the undoing."""
    old.state = DecisionState.EFFECTIVE
    old.save(update_fields=["state"])
    old.case = undone.case
    if undone.claim_id is None:
        consequences.close_flags([old])
        orders.answer([old])
    if old.outcome == Outcome.SUSPEND and old.account_id not in enforcements.suspended_by_us([old.account_id]):
        again = consequences.wanted(old)
        ledger.request(actor, [dataclasses.replace(again, cause=undone.cause, not_before_at=clock.now())])
        noting.watch_again(old, undone.cause)


def _tell_flaggers(made: Sequence[Decision]) -> None:
    """Each decision (unsaved) tells which kinds of source had flagged its case by now."""
    flagged_by = source_kinds_of([row.case_id for row in made])
    for row in made:
        row.source_kinds = flagged_by.get(row.case_id, [])


def _store(actor: Actor, made: list[Decision], *, wave: str = "") -> None:
    bulk.insert(made)
    consequences.close_flags(made)
    consequences.enforce(actor, made, wave=wave)
    entries = [(consequences.subjects(row), consequences.told(row)) for row in made]
    audit.record_many(actor, audit_actions.DECIDED, entries)
    consequences.take_effect([row for row in made if row.state == DecisionState.EFFECTIVE])


@transaction.atomic
def make_effective() -> int:
    """Decisions whose undo window has passed are effective. Returns how many. Audit: decision.effective."""
    due = Decision.objects.filter(state=DecisionState.PENDING, effective_at__lte=clock.now())
    rows = list(
        due.select_for_update(skip_locked=True, of=("self",))
        .select_related("case__account__platform", "batch")
        .order_by("effective_at")[:EFFECTIVE_AT_ONCE]
    )
    Decision.objects.filter(pk__in=[row.pk for row in rows]).update(state=DecisionState.EFFECTIVE)
    entries = [(consequences.subjects(row), {"outcome": row.outcome}) for row in rows]
    audit.record_many(SYSTEM, audit_actions.DECISION_EFFECTIVE, entries)
    consequences.take_effect(rows)
    return len(rows)


def lock_decision(decision_id: UUID) -> Decision:
    """The decision, locked after its account and case (as everywhere). Raises NotFound."""
    known = Decision.objects.filter(pk=decision_id).values("account_id", "case_id").first()
    if known is None:
        raise NotFound(_("There is no decision with this id."))
    placing.lock_accounts([known["account_id"]])
    claims.lock_case(known["case_id"])
    rows = Decision.objects.select_for_update(of=("self",))
    return rows.select_related("case__account__platform", "policy", "batch", "decided_by", "approver", "reverses").get(
        pk=decision_id
    )


def refuse_unless_standing(row: Decision) -> None:
    """Raises Conflict when the decision stands no more."""
    if row.state not in STANDING:
        raise Conflict(
            _("This decision is %(state)s already.") % {"state": row.get_state_display().lower()},
            code="decision-not-standing",
        )
