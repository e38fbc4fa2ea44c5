"""Waves: many enforcements of one batch, held back and let go together."""

from collections.abc import Sequence

from django.db import transaction

import audit.services as audit
from common import clock, jobs
from staff.actors import Actor
from takedowns import audit_actions as actions
from takedowns.models import Enforcement, HeldWave


def hold(actor: Actor, wave: str) -> None:
    """Nothing of the wave leaves any more, from the commit of the caller's transaction on; what is on its way is
    settled as always. Workers look four times a second, and give back what they hold and haven't sent.

    Holding twice is holding once. Raises TransactionManagementError outside a transaction. Audit: wave.held.
    """
    _in_a_transaction()
    made = HeldWave.objects.get_or_create(wave=wave, defaults={"held_at": clock.now()})[1]
    if made:
        audit.record(actor, actions.WAVE_HELD, [wave])


def let_go(actor: Actor, wave: str) -> None:
    """What is due of the wave leaves again. Letting go of one that isn't held does nothing.

    Raises TransactionManagementError outside a transaction. Audit: wave.let_go.
    """
    _in_a_transaction()
    if HeldWave.objects.filter(wave=wave).delete()[0]:
        audit.record(actor, actions.WAVE_LET_GO, [wave])
        jobs.enqueue("takedowns.tasks.dispatch_due")


def leave(rows: Sequence[Enforcement]) -> None:
    """These enforcements are of no wave any more: they do another decision's work, and aren't held back with it."""
    Enforcement.objects.filter(pk__in=[row.pk for row in rows]).update(wave="")


def _in_a_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A wave is held and let go in the deciding transaction.")
