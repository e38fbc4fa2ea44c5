"""A batch that was cancelled while it ran: what had not left is taken back, in chunks, until each account is either
done with or untouched."""

from collections.abc import Collection, Sequence
from uuid import UUID

import audit.services as audit
from common import clock
from reviews import audit_actions
from reviews.choices import OPEN_CASE, STANDING, CaseState, ClosedAs, DecisionState, FlagState, ItemState
from reviews.models import Batch, BatchItem, Case, Decision, Flag
from reviews.services import consequences, decisions, orders, placing
from reviews.services.undoing import UNDONE_FLAGS
from staff import actors
from staff.actors import SYSTEM, Actor
from takedowns.selectors import enforcements
from takedowns.services import ledger, waves

CHUNK = 500


def take_back(batch: Batch) -> int | None:
    """The next CHUNK of what the batch (locked) has in the ledger and has not sent is taken back: its enforcements are
    cancelled, its decisions undone, its cases wait again where flags ask something and are closed where none does.

    What is on its way is waited for: it ends applied, or comes back here. Returns how many, or None when there is
    nothing to do now. Audit: enforcement.cancelled, decision.undone, case.reopened or case.closed for each, by whom
    cancelled the batch; batch.finished at the end.
    """
    waiting = enforcements.undelivered_of(batch.wave, count=CHUNK)
    if not waiting:
        _finish(batch)
        return None
    assert batch.cancelled_by is not None
    actor = actors.person(batch.cancelled_by)
    rows = _lock_decisions(list(waiting))
    cancelled = ledger.cancel(actor, [row.cause for row in waiting.values()])
    undone = [row for row in rows if row.cause in cancelled and row.state in STANDING and row.batch_id == batch.pk]
    BatchItem.objects.filter(batch=batch, decision__in=undone).update(state=ItemState.CANCELLED)
    undo(actor, undone)
    waves.leave([row for row in waiting.values() if row.cause not in cancelled])
    return len(waiting)


def _lock_decisions(account_ids: Sequence[UUID]) -> list[Decision]:
    """The accounts' standing decisions, locked after accounts and cases, as everywhere."""
    placing.lock_accounts(account_ids)
    known = Decision.objects.filter(account__in=account_ids, state__in=STANDING)
    case_ids = known.values_list("case_id", flat=True)
    list(Case.objects.select_for_update().filter(pk__in=list(case_ids)).order_by("pk").values_list("pk"))
    locked = known.select_for_update(of=("self",)).select_related("case__account__platform", "batch", "reverses")
    return list(locked.order_by("pk"))


def undo(actor: Actor, rows: Sequence[Decision]) -> None:
    """These decisions (locked, with cases and accounts) never happened on the platform: set-based, as `undoing.undo`
    does with one. Their enforcements are cancelled already."""
    if not rows:
        return
    now = clock.now()
    ids = [row.pk for row in rows]
    Decision.objects.filter(pk__in=ids).update(state=DecisionState.UNDONE, undone_at=now, undone_by=actor.person())
    Flag.objects.filter(decision__in=ids, state__in=UNDONE_FLAGS).update(state=FlagState.OPEN, decision=None)
    orders.take_answers_back(actor, rows)
    told = [(consequences.subjects(row), {"outcome": row.outcome}) for row in rows]
    audit.record_many(actor, audit_actions.DECISION_UNDONE, told)
    for row in rows:
        if row.reverses:
            decisions.restore(actor, row.reverses, undone=row)
    _put_back(actor, [row.case for row in rows], decided={row.case_id for row in rows if row.reverses})


def _put_back(actor: Actor, cases: Sequence[Case], *, decided: Collection[UUID]) -> None:
    """Decided cases (locked, with accounts) wait again where a flag is open. Where none is they are closed, but for
    those on which an older decision stands again (`decided`). A case opened for the account since gets the flags."""
    newer = {row.account_id: row for row in _open_cases([case.account_id for case in cases])}
    asking = set(
        Flag.objects.filter(case__in=cases, state=FlagState.OPEN).order_by().values_list("case", flat=True).distinct()
    )
    for case in cases:
        if case.pk in asking and case.account_id in newer:
            _give_flags(case, newer[case.account_id])
    free = [case for case in cases if case.account_id not in newer]
    placing.reopen_many(actor, [case for case in free if case.pk in asking], why="batch cancelled")
    _close(actor, [case for case in free if case.pk not in asking and case.pk not in decided])


def _open_cases(account_ids: Sequence[UUID]) -> list[Case]:
    rows = Case.objects.select_for_update().filter(account__in=account_ids, state__in=OPEN_CASE)
    return list(rows.order_by("pk"))


def _give_flags(case: Case, newer: Case) -> None:
    moved = Flag.objects.filter(case=case, state=FlagState.OPEN).update(case=newer)
    orders.move(case.pk, newer.pk)
    newer.evidence_version += moved
    newer.save(update_fields=["evidence_version"])


def _close(actor: Actor, cases: Sequence[Case]) -> None:
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(state=CaseState.CLOSED, closed_as=ClosedAs.BATCH)
    entries = [(placing.subjects(case.account, case.pk), {"why": "batch cancelled"}) for case in cases]
    audit.record_many(actor, audit_actions.CASE_CLOSED, entries)


def _finish(batch: Batch) -> None:
    """Nothing is left that could leave: the cancelled batch has ended once nothing of it is on its way."""
    if enforcements.is_under_way(batch.wave):
        return
    batch.finished_at = clock.now()
    batch.save(update_fields=["finished_at"])
    waves.let_go(SYSTEM, batch.wave)
    decided = batch.items.filter(state=ItemState.DECIDED).count()
    audit.record(SYSTEM, audit_actions.BATCH_FINISHED, [batch.wave], decided=decided)
