"""Deliveries are sent anew by hand: the same id, the same bytes, a fresh signature."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

import audit.services as audit
from common import clock
from common.errors import Conflict, NotFound
from reviews import audit_actions
from reviews.choices import DeliveryState
from reviews.models import WebhookDelivery
from reviews.services.webhooks import endpoints
from staff.actors import Actor
from staff.permissions import Permission


@transaction.atomic
def replay(actor: Actor, *, delivery_id: UUID) -> WebhookDelivery:
    """The delivery is sent again now, whatever became of it; its tries begin anew.

    Raises NotFound, NotAllowed, Conflict while it is being sent or its endpoint is disabled. Audit: delivery.replayed.
    """
    actor.require(Permission.MANAGE_WEBHOOKS)
    rows = WebhookDelivery.objects.select_for_update(of=("self",)).select_related("endpoint__client")
    row, now = rows.filter(pk=delivery_id).first(), clock.now()
    if row is None:
        raise NotFound(_("There is no delivery with this id."))
    endpoints.refuse_unless_active(row.endpoint)
    if row.lease is not None and row.next_attempt_at > now:
        raise Conflict(_("This is being sent just now."), code="being-sent")
    row.state, row.delivered_at, row.lease = DeliveryState.PENDING, None, None
    row.next_attempt_at, row.attempts_before_replay = now, row.attempts
    row.save(update_fields=["state", "delivered_at", "lease", "next_attempt_at", "attempts_before_replay"])
    names = [audit.subject("delivery", row.pk), *endpoints.subjects(row.endpoint)]
    audit.record(actor, audit_actions.DELIVERY_REPLAYED, names, event=str(row.event))
    return row


@transaction.atomic
def replay_failed(actor: Actor, *, endpoint_id: UUID, since: datetime) -> int:
    """Every delivery to the endpoint that was noted at or after `since` and has failed or was given up is sent now.

    Returns how many. Raises NotFound, NotAllowed, Conflict when the endpoint is disabled. Audit: endpoint.replayed.
    """
    actor.require(Permission.MANAGE_WEBHOOKS)
    row = endpoints.lock_endpoints([endpoint_id]).get(endpoint_id)
    if row is None:
        raise NotFound(_("There is no endpoint with this id."))
    endpoints.refuse_unless_active(row)
    failed = row.deliveries.filter(
        state__in=[DeliveryState.FAILED, DeliveryState.EXHAUSTED], created_at__gte=since, lease=None
    )
    many = failed.update(state=DeliveryState.PENDING, next_attempt_at=clock.now(), attempts_before_replay=F("attempts"))
    row.paused_until_at = None
    row.save(update_fields=["paused_until_at"])
    audit.record(
        actor, audit_actions.ENDPOINT_REPLAYED, endpoints.subjects(row), since=since.isoformat(), deliveries=many
    )
    return many
