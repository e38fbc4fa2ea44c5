"""Webhook endpoints and deliveries, read."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from common.errors import NotFound
from reviews.choices import UNDELIVERED, DeliveryState
from reviews.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from staff.actors import Actor
from staff.permissions import Permission


def endpoints_visible_to(actor: Actor) -> QuerySet[WebhookEndpoint]:
    """Endpoints with their clients, by client and URL. Raises NotAllowed."""
    actor.require(Permission.SEE_WEBHOOKS)
    return WebhookEndpoint.objects.select_related("client").order_by("client__name", "url", "pk")


def undelivered_counts(endpoint_ids: Collection[UUID]) -> dict[UUID, dict[str, int]]:
    """How many deliveries of each endpoint are in each state but `delivered`; endpoints without one are absent."""
    rows = WebhookDelivery.objects.filter(endpoint__in=endpoint_ids, state__in=[*UNDELIVERED, DeliveryState.EXHAUSTED])
    found: dict[UUID, dict[str, int]] = {}
    for endpoint_id, state, many in rows.values_list("endpoint_id", "state").annotate(many=Count("pk")).order_by():
        found.setdefault(endpoint_id, {})[state] = many
    return found


def get_endpoint(actor: Actor, endpoint_id: UUID) -> WebhookEndpoint:
    """The endpoint with its client. Raises NotFound, NotAllowed."""
    row = endpoints_visible_to(actor).filter(pk=endpoint_id).first()
    if row is None:
        raise NotFound(_("There is no endpoint with this id."))
    return row


def deliveries_of(endpoint: WebhookEndpoint, state: str = "") -> QuerySet[WebhookDelivery]:
    """Its deliveries, newest first; of one state when one is given."""
    rows = endpoint.deliveries.order_by("-pk")
    return rows.filter(state=state) if state else rows


def get_delivery(actor: Actor, delivery_id: UUID) -> WebhookDelivery:
    """The delivery with its endpoint and client. Raises NotFound, NotAllowed."""
    actor.require(Permission.SEE_WEBHOOKS)
    row = WebhookDelivery.objects.select_related("endpoint__client").filter(pk=delivery_id).first()
    if row is None:
        raise NotFound(_("There is no delivery with this id."))
    return row


def attempts_of(delivery: WebhookDelivery) -> list[WebhookAttempt]:
    """Each try at it, newest first."""
    return list(delivery.attempt_rows.order_by("-number"))
