"""The switch: dispatch stands still, for one platform or for all, until somebody lifts it."""

from django.db import transaction
from django.utils.translation import gettext as _

import audit.services as audit
from accounts.models import Platform
from accounts.services.platforms import subject
from common import clock, jobs
from common.errors import Conflict, Invalid
from staff.actors import SYSTEM, Actor
from staff.permissions import Permission
from takedowns import audit_actions as actions
from takedowns.models import Stop

ALL = audit.subject("platform", "*")


@transaction.atomic
def stop(actor: Actor, platform: Platform | None, *, reason: str) -> Stop:
    """From the commit on nothing more leaves for the platform (None: for any); what is on its way is settled as always.
    Workers look four times a second, and give back what they hold and haven't sent.

    Stopping what stands still already changes nothing, and returns the stop in force. Raises NotAllowed; Invalid
    without a reason. Audit: dispatch.stopped.
    """
    actor.require(Permission.STOP_DISPATCH)
    if not reason.strip():
        why = _("say why, for whoever will lift it.")
        raise Invalid(f"reason: {why}", fields={"reason": why})
    return _stop(actor, platform, reason.strip(), is_by_guard=False)


@transaction.atomic
def stop_by_guard(platform: Platform, *, reason: str) -> Stop:
    """The guard stops the platform, as the system. Audit: dispatch.stopped."""
    return _stop(SYSTEM, platform, reason, is_by_guard=True)


def _stop(actor: Actor, platform: Platform | None, reason: str, *, is_by_guard: bool) -> Stop:
    said = {
        "stopped_at": clock.now(),
        "stopped_by": actor.key,
        "stopped_by_label": actor.label,
        "reason": reason,
        "is_by_guard": is_by_guard,
    }
    made, is_new = Stop.objects.get_or_create(platform=platform, lifted_at=None, defaults=said)
    if is_new:
        audit.record(actor, actions.STOPPED, [_named(platform)], reason=reason)
    return made


@transaction.atomic
def lift(actor: Actor, platform: Platform | None) -> Stop:
    """What is due leaves again. Where all stand still, lifting one platform's own stop doesn't move it.

    Raises NotAllowed; Conflict when nothing is stopped. Audit: dispatch.resumed.
    """
    actor.require(Permission.STOP_DISPATCH)
    row = Stop.objects.select_for_update().filter(platform=platform, lifted_at=None).first()
    if row is None:
        raise Conflict(_("Nothing is stopped here."))
    row.lifted_at, row.lifted_by = clock.now(), actor.key
    row.save(update_fields=["lifted_at", "lifted_by"])
    audit.record(actor, actions.RESUMED, [_named(platform)])
    jobs.enqueue("takedowns.tasks.dispatch_due")
    return row


def _named(platform: Platform | None) -> str:
    return subject(platform) if platform else ALL
