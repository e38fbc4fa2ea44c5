"""A batch that runs is steered: paused, resumed, cancelled. Each acts at once at any size; `running` does the rest."""

from uuid import UUID

from django.db import transaction

import audit.services as audit
from common import clock
from common.jobs import enqueue
from reviews import audit_actions
from reviews.choices import BatchState, ItemState
from reviews.models import Batch
from reviews.services import batches
from staff.actors import Actor
from staff.permissions import Permission
from takedowns.selectors import enforcements
from takedowns.services import waves


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

    Raises NotFound, NotAllowed, Conflict when it isn't paused. Audit: batch.resumed.
    """
    actor.require(Permission.RUN_BATCH)
    batch = batches.lock(batch_id)
    if batch.state == BatchState.RUNNING:
        return batch
    if batch.state != BatchState.PAUSED:
        raise batches.refused(batch, BatchState.RUNNING)
    batches.move(batch, BatchState.RUNNING)
    batch.paused_at = None
    batch.save(update_fields=["state", "paused_at"])
    waves.let_go(actor, batch.wave)
    audit.record(actor, audit_actions.BATCH_RESUMED, [batch.wave])
    enqueue("reviews.tasks.run_batch", str(batch.pk))
    return batch


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
