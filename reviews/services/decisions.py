"""Decisions: the only way to suspend or keep, for one case, for a batch and for the API."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

import audit.services as audit
from common import bulk, clock
from common.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from common.ids import new_id
from reviews import audit_actions
from reviews.choices import STANDING, CaseState, ClaimEnd, DecisionState, FlagState, Outcome
from reviews.errors import EvidenceChanged
from reviews.models import Batch, Case, Claim, Decision, Flag, Policy
from reviews.rules.states import CaseFacts, legal_actions
from reviews.selectors.cases import source_kinds_of
from reviews.services import claims, orders, placing
from reviews.services.facts import Verdict
from reviews.services.webhooks import noting
from staff.actors import SYSTEM, Actor
from staff.permissions import Permission
from takedowns.choices import Kind
from takedowns.selectors import enforcements
from takedowns.services import ledger
from takedowns.services.ledger import Wanted

PRIORITY_LEGAL, PRIORITY_SINGLE, PRIORITY_BATCH = 100, 10, 0
EFFECTIVE_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class _Ready:
    """A verdict that may stand, with the locked rows it rests on."""

    verdict: Verdict
    case: Case
    claim: Claim
    policy: Policy


def decide_one(actor: Actor, verdict: Verdict) -> Decision:
    """One case is decided. See `decide`. Raises what it was refused for."""
    (answer,) = decide(actor, [verdict])
    if isinstance(answer, DomainError):
        raise answer
    return answer


@transaction.atomic
def decide(actor: Actor, verdicts: Sequence[Verdict], *, batch: Batch | None = None) -> list[Decision | DomainError]:
    """Each case whose verdict may stand is decided: decision, flags, enforcement and log in one transaction.

    Takes verdicts on different cases, each with the token of the claim it is made under. Returns for each, in order,
    the decision or why it was refused: NotFound, ClaimLost, EvidenceChanged (*keep* on evidence that grew), NotAllowed
    (a protected account), Invalid (the field is named). Raises NotAllowed without the permission.
    Audit: decision.made for each.

    1. Lock the cases in id order, then read their live claims.
    2. Refuse what may not stand; nothing of it is written.
    3. Write decisions; a standing decision on a reopened case is reversed by the new one.
    4. Cases are decided, claims end, open flags become agreed or disagreed.
    5. Put enforcements into the ledger; they leave when the undo window, kept in the row, has passed.
    """
    actor.require(Permission.DECIDE)
    cases = _lock([verdict.case_id for verdict in verdicts])
    live = {row.case_id: row for row in Claim.objects.filter(case__in=cases, ended_at=None).select_related("holder")}
    codes = {verdict.policy for verdict in verdicts}
    policies = {row.code: row for row in Policy.objects.filter(code__in=codes, is_active=True)}
    answers: list[Decision | DomainError] = []
    ready: list[_Ready] = []
    made: list[Decision] = []
    now = clock.now()
    for verdict in verdicts:
        case = cases.get(verdict.case_id)
        try:
            row = _checked(actor, verdict, case, live.get(verdict.case_id), policies)
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
    rows = Case.objects.select_for_update(of=("self",)).select_related("account__platform", "account")
    return {row.pk: row for row in rows.filter(pk__in=case_ids).order_by("pk")}


def _checked(
    actor: Actor, verdict: Verdict, case: Case | None, live: Claim | None, policies: Mapping[str, Policy]
) -> _Ready:
    if case is None:
        raise NotFound("There is no case with this id.")
    claims.check_token(actor, case, live, verdict.token)
    assert live is not None
    faults = _faults(verdict, case, policies)
    if faults:
        raise Invalid(" ".join(f"{field}: {text}" for field, text in faults.items()), fields=faults)
    facts = CaseFacts(CaseState(case.state), is_mine=True, is_claimed=True, is_protected=case.account.is_protected)
    if verdict.outcome not in legal_actions(facts, actor.may):
        raise NotAllowed(
            f"{case.account} is protected ({case.account.get_protected_class_display().lower()}): "
            "only a supervisor can suspend it.",
            code="protected-account",
        )
    if verdict.outcome == Outcome.KEEP and case.evidence_version > verdict.evidence_version:
        raise EvidenceChanged.since(verdict.evidence_version, case.evidence_version)
    return _Ready(verdict, case, live, policies[verdict.policy])


def _faults(verdict: Verdict, case: Case, policies: Mapping[str, Policy]) -> dict[str, str]:
    faults = {}
    if verdict.outcome not in Outcome.values:
        faults["outcome"] = "give suspend or keep."
    if verdict.policy not in policies:
        faults["policy"] = f"no active policy has the code {verdict.policy!r}."
    if not verdict.reason.strip():
        faults["reason"] = "say why, as the account's owner will read it."
    if not 0 < verdict.evidence_version <= case.evidence_version:
        faults["evidence_version"] = f"give the version you saw, 1 to {case.evidence_version}."
    if verdict.until is not None and verdict.outcome != Outcome.SUSPEND:
        faults["until"] = "only a suspension has an end."
    elif verdict.until is not None and verdict.until <= clock.now():
        faults["until"] = "lies in the past."
    return faults


def undo_window(case: Case, batch: Batch | None) -> timedelta:
    """How long a decision on `case` can be undone: not at all for removal orders and batches, which have other ways."""
    at_once = batch is not None or case.legal_deadline_at is not None
    return timedelta(0) if at_once else timedelta(seconds=settings.CASELOAD["UNDO_SECONDS"])


def _decision(actor: Actor, row: _Ready, batch: Batch | None, now: datetime) -> Decision:
    window = undo_window(row.case, batch)
    return Decision(
        id=new_id(),
        case=row.case,
        account_id=row.case.account_id,
        outcome=row.verdict.outcome,
        policy=row.policy,
        policy_version=row.policy.version,
        reason=row.verdict.reason.strip(),
        until=row.verdict.until,
        evidence_version=row.verdict.evidence_version,
        decided_by=actor.person(),
        client=actor.client,
        claim=row.claim,
        batch=batch,
        decided_at=now,
        effective_at=now + window,
        state=DecisionState.PENDING if window else DecisionState.EFFECTIVE,
    )


def _write(actor: Actor, ready: Sequence[_Ready], made: list[Decision], now: datetime) -> None:
    _reverse_standing(actor, made)
    Case.objects.filter(pk__in=[row.case.pk for row in ready]).update(state=CaseState.DECIDED, closed_at=now)
    claims.end([row.claim for row in ready], ClaimEnd.DECIDED)
    _store(actor, made)


def replace(actor: Actor, made: Decision) -> Decision:
    """`made` (unsaved) stands in the place of the decision it reverses; the caller holds the locks."""
    _reverse_standing(actor, [made])
    Flag.objects.filter(decision=made.reverses_id).exclude(state=FlagState.WITHDRAWN).update(
        state=FlagState.OPEN, decision=None
    )
    _store(actor, [made])
    return made


def restore(actor: Actor, old: Decision, *, undone: Decision) -> None:
    """`old` stands again, since `undone`, which had reversed it, never happened. Its flags are answered by it, and a
    suspension that the reversal had taken out of the ledger before it left is put back, caused by the undoing."""
    old.state = DecisionState.EFFECTIVE
    old.save(update_fields=["state"])
    old.case = undone.case
    if undone.claim_id is None:
        _close_flags([old])
        orders.answer([old])
    if old.outcome == Outcome.SUSPEND and old.account_id not in enforcements.suspended_by_us([old.account_id]):
        again = _wanted(old)
        ledger.request(actor, [dataclasses.replace(again, cause=undone.cause, not_before_at=clock.now())])
        noting.watch_again(old, undone.cause)


def _store(actor: Actor, made: list[Decision]) -> None:
    flagged_by = source_kinds_of([row.case_id for row in made])
    for row in made:
        row.source_kinds = flagged_by.get(row.case_id, [])
    bulk.insert(made)
    _close_flags(made)
    _enforce(actor, made)
    audit.record_many(actor, audit_actions.DECIDED, [(subjects(row), _told(row)) for row in made])
    _take_effect([row for row in made if row.state == DecisionState.EFFECTIVE])


def _take_effect(rows: Sequence[Decision]) -> None:
    """These decisions are effective now: orders are answered, and sources are told."""
    orders.answer(rows)
    noting.decisions_effective(rows)


def _reverse_standing(actor: Actor, made: list[Decision]) -> None:
    """A case that was reopened while its decision stood: the new decision reverses the old one."""
    standing = Decision.objects.filter(case__in=[row.case_id for row in made], state__in=STANDING)
    old = {row.case_id: row for row in standing.select_related("case__account__platform")}
    if not old:
        return
    Decision.objects.filter(pk__in=[row.pk for row in old.values()]).update(state=DecisionState.REVERSED)
    for row in made:
        row.reverses = old.get(row.case_id)
    _tell_reversed(actor, [row for row in made if row.reverses])


def _tell_reversed(actor: Actor, reversals: list[Decision]) -> None:
    audit.record_many(
        actor,
        audit_actions.DECISION_REVERSED,
        [([audit.subject("decision", row.reverses_id), *subjects(row)[1:]], {"by": str(row.pk)}) for row in reversals],
    )


def _close_flags(made: Sequence[Decision]) -> None:
    """Open flags on the decided cases get their answer. One statement per outcome would lose which decision it was,
    so each flag takes the decision of its case."""
    by_case = {row.case_id: row for row in made}
    flags = list(Flag.objects.select_for_update().filter(case__in=by_case, state=FlagState.OPEN).order_by("pk"))
    for flag in flags:
        flag.decision = by_case[flag.case_id]
        agreed = flag.decision.outcome == Outcome.SUSPEND
        flag.state = FlagState.AGREED if agreed else FlagState.DISAGREED
    bulk.update(flags, ["decision", "state"])


def _enforce(actor: Actor, made: Sequence[Decision]) -> None:
    """Suspensions go into the ledger; a keep on an account that we have suspended reinstates it."""
    kept = [row.account_id for row in made if row.outcome == Outcome.KEEP]
    suspended = enforcements.suspended_by_us(kept) if kept else set()
    wanted = [_wanted(row) for row in made if row.outcome == Outcome.SUSPEND or row.account_id in suspended]
    if wanted:
        ledger.request(actor, wanted)


def _wanted(row: Decision) -> Wanted:
    return Wanted(
        account_id=row.account_id,
        platform_id=row.case.platform_id,
        kind=Kind.SUSPEND if row.outcome == Outcome.SUSPEND else Kind.REINSTATE,
        cause=row.cause,
        wave=row.batch.wave if row.batch else "",
        policy=row.policy.code,
        until=row.until,
        not_before_at=row.effective_at,
        priority=_priority(row),
    )


def _priority(row: Decision) -> int:
    if row.case.legal_deadline_at is not None:
        return PRIORITY_LEGAL
    return PRIORITY_BATCH if row.batch_id else PRIORITY_SINGLE


def subjects(row: Decision) -> list[str]:
    """A decision's subjects in the log; its case, account and platform are loaded."""
    names = [audit.subject("decision", row.pk), *placing.subjects(row.case.account, row.case_id)]
    return [*names, row.batch.wave] if row.batch else names


def _told(row: Decision) -> dict[str, object]:
    return {
        "outcome": str(row.outcome),
        "policy": f"{row.policy.code} v{row.policy_version}",
        "until": row.until.isoformat() if row.until else None,
        "evidence_version": row.evidence_version,
        "effective_at": row.effective_at.isoformat(),
        "batch": str(row.batch_id) if row.batch_id else None,
    }


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
    audit.record_many(
        SYSTEM, audit_actions.DECISION_EFFECTIVE, [(subjects(row), {"outcome": row.outcome}) for row in rows]
    )
    _take_effect(rows)
    return len(rows)


def lock_decision(decision_id: UUID) -> Decision:
    """The decision, locked after its account and case (as everywhere). Raises NotFound."""
    known = Decision.objects.filter(pk=decision_id).values("account_id", "case_id").first()
    if known is None:
        raise NotFound("There is no decision with this id.")
    placing.lock_accounts([known["account_id"]])
    claims.lock_case(known["case_id"])
    rows = Decision.objects.select_for_update(of=("self",))
    return rows.select_related("case__account__platform", "policy", "batch", "decided_by", "reverses").get(
        pk=decision_id
    )


def refuse_unless_standing(row: Decision) -> None:
    """Raises Conflict when the decision stands no more."""
    if row.state not in STANDING:
        raise Conflict(f"This decision is {row.get_state_display().lower()} already.", code="decision-not-standing")
