"""A batch is steered: paused, resumed, cancelled, what failed retried. Each acts at once, `running` follows."""

from types import MappingProxyType
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

import audit.services as audit
from common import clock
from common.errors import Conflict
from common.jobs import enqueue
from reviews import audit_actions
from reviews.choices import BatchState, ItemState
from reviews.models import Batch
from reviews.selectors import batches as batch_selectors
from reviews.services import batches
from staff import actors
from staff.actors import Actor
from staff.permissions import Permission
from takedowns.selectors import enforcements
from takedowns.services import ledger, waves

RETRIED_AT_ONCE: Final = 1000
_RETRIED_TO: Final = MappingProxyType(
    {
        BatchState.RUNNING: BatchState.RUNNING,
        BatchState.PAUSED: BatchState.PAUSED,
        BatchState.FINISHED: BatchState.RUNNING,
        BatchState.REVERTING: BatchState.REVERTING,
        BatchState.REVERTED: BatchState.REVERTING,
    }
)


@transaction.atomic
def pause(actor: Actor, *, batch_id: UUID) -> Batch:
    """Nothing more of the batch is decided or leaves; what is on its way is settled. One that is paused stays so.

    Raises NotFound, NotAllowed, Conflict when it doesn't run. Audit: batch.paused.
    """
    actor.require(Permission.RUN_BATCH)
    batch = batches.lock(batch_id)
    if batch.state == BatchState.PAUSED:
        return batch
    batches.move(batch, BatchState.PAUSED)
    batch.paused_at = clock.now()
    batch.save(update_fields=["state", "paused_at"])
    waves.hold(actor, batch.wave)
    audit.record(actor, audit_actions.BATCH_PAUSED, [batch.wave])
    return batch


@transaction.atomic
def resume(actor: Actor, *, batch_id: UUID) -> Batch:
    """The paused batch goes on where it stood. One that runs already stays as it is.

    Raises NotFound, NotAllowed; Conflict when it isn't paused, or its approval has run out. Audit: batch.resumed.
    """
    actor.require(Permission.RUN_BATCH)
    batch = batches.lock(batch_id)
    if batch.state == BatchState.RUNNING:
        return batch
    if batch.state != BatchState.PAUSED:
        raise batches.refused(batch, BatchState.RUNNING)
    if batches.approval_has_expired(batch):
        raise Conflict(
            _(
                "The approval has run out while the batch was paused: a supervisor other than its asker must "
                "approve it again, on its page."
            ),
            code="approval-expired",
        )
    return batches.go_on(actor, batch)


@transaction.atomic
def retry(actor: Actor, *, batch_id: UUID) -> Batch:
    """All of the batch that has failed by now, or of its reverting, is tried again (`retry_chunk`); where its
    decision stands and nothing newer was asked of the account.

    Raises NotFound, NotAllowed; Conflict when nothing has failed, and for a cancelled batch. Audit: batch.retried.
    """
    actor.require(Permission.RUN_BATCH)
    batch = batches.lock(batch_id)
    if batch.state not in _RETRIED_TO:
        raise batches.refused(batch, BatchState.RUNNING)
    failed = batch_selectors.failed_of(batch, failed_by=clock.now()).count()
    if not failed:
        raise Conflict(_("Nothing of this batch has failed."), code="nothing-failed")
    to = _RETRIED_TO[BatchState(batch.state)]
    if batch.state != to:
        batches.move(batch, to)
    batch.retry_asked_at, batch.retried_by = clock.now(), actor.person()
    if to == BatchState.RUNNING:
        batch.finished_at = None
    batch.save(update_fields=["state", "retry_asked_at", "retried_by", "finished_at"])
    audit.record(actor, audit_actions.BATCH_RETRIED, [batch.wave], failed=failed)
    enqueue("reviews.tasks.run_batch", str(batch.pk))
    return batch


def retry_chunk(batch: Batch) -> int:
    """The next RETRIED_AT_ONCE of what had failed of the batch (locked) when somebody asked. Returns how many."""
    if batch.retry_asked_at is None or batch.retried_by is None:
        return 0
    failed = batch_selectors.failed_of(batch, failed_by=batch.retry_asked_at).values_list("pk", flat=True)
    ids = list(failed[:RETRIED_AT_ONCE])
    return ledger.retry_failed(actors.person(batch.retried_by), ids) if ids else 0


@transaction.atomic
def cancel(actor: Actor, *, batch_id: UUID) -> Batch:
    """The batch ends. Before it runs, nothing was decided. While it runs, nothing more leaves from now on: what has not
    left is taken back (`cancelling`), what is applied stays applied, what is on its way is settled one by one.

    One that is cancelled stays so. Raises NotFound, NotAllowed, Conflict once it is finished. Audit: batch.cancelled.
    """
    actor.require(Permission.RUN_BATCH)
    batch = batches.lock(batch_id)
    if batch.state == BatchState.CANCELLED:
        return batch
    has_started = batch.state in (BatchState.RUNNING, BatchState.PAUSED)
    batches.move(batch, BatchState.CANCELLED)
    batch.paused_at = None
    if has_started:
        batch.cancelled_by = actor.person()
        waves.hold(actor, batch.wave)
        enqueue("reviews.tasks.run_batch", str(batch.pk))
    else:
        batch.finished_at = clock.now()
    batch.save(update_fields=["state", "paused_at", "cancelled_by", "finished_at"])
    left = batch.items.filter(state=ItemState.LISTED).count() + enforcements.count_undelivered(batch.wave)
    audit.record(actor, audit_actions.BATCH_CANCELLED, [batch.wave], left=left)
    return batch
