"""What follows from a decision that stands: flags are answered, enforcements asked for, sources told.

In the transaction of whoever decides, approves or takes back; the caller holds the locks.
"""

from collections.abc import Sequence

import audit.services as audit
from common import bulk
from reviews import audit_actions
from reviews.choices import STANDING, DecisionState, FlagState, Outcome
from reviews.models import Decision, Flag
from reviews.services import orders, placing
from reviews.services.webhooks import noting
from staff.actors import Actor
from takedowns.choices import Kind
from takedowns.selectors import enforcements
from takedowns.services import ledger
from takedowns.services.ledger import Wanted

PRIORITY_LEGAL, PRIORITY_SINGLE, PRIORITY_BATCH = 100, 10, 0


def take_effect(rows: Sequence[Decision]) -> None:
    """These decisions are effective now: orders are answered, and sources are told."""
    orders.answer(rows)
    noting.decisions_effective(rows)


def reverse_standing(actor: Actor, made: list[Decision]) -> None:
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


def close_flags(made: Sequence[Decision]) -> None:
    """Open flags on the decided cases get their answer. One statement per outcome would lose which decision it was,
    so each flag takes the decision of its case."""
    by_case = {row.case_id: row for row in made}
    flags = list(Flag.objects.select_for_update().filter(case__in=by_case, state=FlagState.OPEN).order_by("pk"))
    for flag in flags:
        flag.decision = by_case[flag.case_id]
        agreed = flag.decision.outcome == Outcome.SUSPEND
        flag.state = FlagState.AGREED if agreed else FlagState.DISAGREED
    bulk.update(flags, ["decision", "state"])


def enforce(actor: Actor, made: Sequence[Decision], *, wave: str = "") -> None:
    """Suspensions go into the ledger; a keep on an account that we have suspended reinstates it. As one `wave`, where
    they are many without being a batch's own."""
    kept = [row.account_id for row in made if row.outcome == Outcome.KEEP]
    suspended = enforcements.suspended_by_us(kept) if kept else set()
    asked = [wanted(row, wave) for row in made if row.outcome == Outcome.SUSPEND or row.account_id in suspended]
    if asked:
        ledger.request(actor, asked)


def wanted(row: Decision, wave: str = "") -> Wanted:
    """What the ledger is asked for by a decision; its case, policy and batch are loaded."""
    return Wanted(
        account_id=row.account_id,
        platform_id=row.case.platform_id,
        kind=Kind.SUSPEND if row.outcome == Outcome.SUSPEND else Kind.REINSTATE,
        cause=row.cause,
        wave=row.batch.wave if row.batch else wave,
        policy=row.policy.code,
        until=row.until,
        not_before_at=row.final_at,
        priority=_priority(row, is_one_of_many=bool(row.batch or wave)),
        is_guarded=row.batch is None or row.batch.approved_by_id is None,
    )


def _priority(row: Decision, *, is_one_of_many: bool) -> int:
    if row.case.legal_deadline_at is not None:
        return PRIORITY_LEGAL
    return PRIORITY_BATCH if is_one_of_many else PRIORITY_SINGLE


def subjects(row: Decision) -> list[str]:
    """A decision's subjects in the log; its case, account and platform are loaded."""
    names = [audit.subject("decision", row.pk), *placing.subjects(row.case.account, row.case_id)]
    return [*names, row.batch.wave] if row.batch else names


def told(row: Decision) -> dict[str, object]:
    """A decision's content, as the log keeps it."""
    return {
        "outcome": str(row.outcome),
        "policy": f"{row.policy.code} v{row.policy_version}",
        "until": row.until.isoformat() if row.until else None,
        "proposed_days": row.proposed_days,
        "length_reason": row.length_reason,
        "evidence_version": row.evidence_version,
        "posts_seen": None if row.evidence_seen is None else len(row.evidence_seen),
        "effective_at": row.effective_at.isoformat() if row.effective_at else None,
        "batch": str(row.batch_id) if row.batch_id else None,
    }
