"""A batch is reverted, the whole or a part: linked reversals through the same path as one, set-based and in chunks."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

import audit.services as audit
from common import bulk, clock
from common.errors import Conflict, Invalid
from common.jobs import enqueue
from common.texts import composed
from reviews import audit_actions
from reviews.choices import STANDING, BatchState, CaseState, ItemState, NotReverted, Outcome
from reviews.models import Batch, BatchItem, Case, Decision
from reviews.rules.states import BATCH_MOVES
from reviews.services import batches, decisions, placing, undoing
from reviews.services.words import needed
from staff import actors
from staff.actors import SYSTEM, Actor
from staff.permissions import Permission
from takedowns.selectors import enforcements

CHUNK = 500
MOST_NAMED = 5

_MARK = """
UPDATE reviews_batchitem SET state = 'reverting', refusal = ''
WHERE batch_id = %(batch)s AND state = 'decided'
"""
_MARK_THESE = """
UPDATE reviews_batchitem i SET state = 'reverting', refusal = ''
FROM unnest(%(platforms)s::text[], %(external_ids)s::text[]) AS chosen (platform, external_id)
WHERE i.batch_id = %(batch)s AND i.state = 'decided'
  AND i.platform = chosen.platform AND i.external_id = chosen.external_id
"""


@transaction.atomic
def revert(actor: Actor, *, batch_id: UUID, reason: str, accounts: Sequence[tuple[str, str]] | None = None) -> Batch:
    """The batch's decisions, all or those on `accounts` (a platform's slug and an external id each), are to be
    reversed: what it suspended is reinstated. Nothing is erased: each reversal is a new decision, which points at the
    old one.

    Returns the batch, `reverting`. Raises NotFound, NotAllowed, Invalid without a reason or naming accounts that have
    nothing to revert; Conflict before the batch has ended, when nothing is left to revert, and for a batch of keeps.
    Audit: batch.revert_asked.
    """
    actor.require(Permission.RUN_BATCH)
    said = composed(needed("reason", reason))
    batch = batches.lock(batch_id)
    _refuse_unless_over(batch)
    marked = _mark(batch, accounts)
    batch.state, batch.reverted_by, batch.revert_reason = BatchState.REVERTING, actor.person(), said
    batch.revert_asked_at, batch.reverted_at = clock.now(), None
    batch.save(update_fields=["state", "reverted_by", "revert_reason", "revert_asked_at", "reverted_at"])
    audit.record(actor, audit_actions.BATCH_REVERT_ASKED, [batch.wave], accounts=marked)
    enqueue("reviews.tasks.run_batch", str(batch.pk))
    return batch


def _refuse_unless_over(batch: Batch) -> None:
    if BatchState.REVERTING not in BATCH_MOVES[BatchState(batch.state)]:
        raise batches.refused(batch, BatchState.REVERTING)
    if batch.finished_at is None:
        raise Conflict(
            _("This batch is still being taken back: wait until nothing of it is on its way."), code="batch-state"
        )
    if batch.outcome != Outcome.SUSPEND:
        raise Conflict(
            _("To suspend what this batch kept, ask for a batch that suspends: it has its own dry run and approval."),
            code="keeps-only",
        )


def _mark(batch: Batch, accounts: Sequence[tuple[str, str]] | None) -> int:
    """The lines to be reverted are marked. Returns how many."""
    if accounts is not None:
        _refuse_unknown(batch, accounts)
    chosen = list(zip(*dict.fromkeys(accounts), strict=True)) if accounts else [(), ()]
    given: dict[str, Any] = {"batch": batch.pk, "platforms": list(chosen[0]), "external_ids": list(chosen[1])}
    with connection.cursor() as cursor:
        cursor.execute(_MARK if accounts is None else _MARK_THESE, given)
        marked: int = cursor.rowcount
    if not marked:
        raise Conflict(_("Nothing of this batch is left to revert."), code="nothing-to-revert")
    return marked


def _refuse_unknown(batch: Batch, accounts: Sequence[tuple[str, str]]) -> None:
    """Raises Invalid that names accounts on which the batch has no decision that stands."""
    external_ids = {external_id for _platform, external_id in accounts}
    rows = batch.items.filter(state=ItemState.DECIDED, external_id__in=external_ids)
    strangers = list(dict.fromkeys(set(accounts) - set(rows.values_list("platform", "external_id"))))
    if strangers:
        named = ", ".join("/".join(one) for one in sorted(strangers)[:MOST_NAMED])
        fault = _("the batch has nothing to revert on %(count)s of them: %(named)s") % {
            "count": f"{len(strangers):,}",
            "named": named + (" …" if len(strangers) > MOST_NAMED else ""),
        }
        raise Invalid(f"accounts: {fault}", fields={"accounts": fault})


def reverse_chunk(batch: Batch) -> int | None:
    """The next CHUNK of what is to be reverted of the batch (locked) is reversed; what doesn't stand any more, or is
    worked on anew, stays as it is and says why.

    Returns how many lines, or None when there is nothing to do now. Audit: decision.made, decision.reversed for each,
    by whom asked; batch.reverted at the end.
    """
    items = list(batch.items.filter(state=ItemState.REVERTING).order_by("position")[:CHUNK])
    if not items:
        _finish(batch)
        return None
    assert batch.reverted_by is not None
    actor = actors.person(batch.reverted_by)
    old = _lock(items)
    made: dict[UUID, Decision] = {}
    for item in items:
        assert item.decision_id is not None
        row = old[item.decision_id]
        item.refusal = _why_not(row)
        if not item.refusal:
            made[row.pk] = undoing.reversal(actor, row, Outcome.KEEP, batch.revert_reason, window=timedelta(0))
    if made:
        decisions.replace(actor, list(made.values()), wave=batch.revert_wave)
    _note(items, made)
    return len(items)


def _lock(items: Sequence[BatchItem]) -> dict[UUID, Decision]:
    """The lines' decisions, locked after accounts and cases, as everywhere."""
    placing.lock_accounts([item.account_id for item in items if item.account_id])
    ids = [item.decision_id for item in items if item.decision_id]
    case_ids = Decision.objects.filter(pk__in=ids).values_list("case_id", flat=True)
    list(Case.objects.select_for_update().filter(pk__in=list(case_ids)).order_by("pk").values_list("pk"))
    rows = Decision.objects.select_for_update(of=("self",)).select_related("case__account__platform", "policy")
    return {row.pk: row for row in rows.filter(pk__in=ids).order_by("pk")}


def _why_not(row: Decision) -> NotReverted:
    """Why the decision isn't reversed; empty when it is."""
    if row.state not in STANDING:
        return NotReverted.NOT_STANDING
    return NotReverted.NO_REASON if row.case.state == CaseState.DECIDED else NotReverted.CASE_OPEN


def _note(items: Sequence[BatchItem], made: Mapping[UUID, Decision]) -> None:
    for item in items:
        assert item.decision_id is not None
        item.reversal = made.get(item.decision_id)
        item.state = ItemState.REVERTED if item.reversal else ItemState.DECIDED
    bulk.update(items, ["state", "reversal", "refusal"])


def _finish(batch: Batch) -> None:
    """Every line is reversed: the batch is reverted once nothing of that is under way."""
    if enforcements.is_under_way(batch.revert_wave):
        return
    batches.move(batch, BatchState.REVERTED)
    batch.reverted_at = clock.now()
    batch.save(update_fields=["state", "reverted_at"])
    done = batch.items.filter(state=ItemState.REVERTED).count()
    refused = batch.items.exclude(refusal="").count()
    audit.record(SYSTEM, audit_actions.BATCH_REVERTED, [batch.wave], reversed=done, refused=refused)
