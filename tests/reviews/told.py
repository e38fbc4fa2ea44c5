"""Endpoints on a real receiver, and what it was told: every request's signature is checked as receivers check it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

from django.conf import settings
from standardwebhooks import Webhook

from common import clock
from reviews.choices import SUBSCRIBABLE
from reviews.models import WebhookDelivery, WebhookEndpoint
from reviews.services.webhooks import delivering, endpoints
from staff import actors
from staff.actors import Actor
from tests.receivers import Received, Receiver

EVERY_EVENT = [event.value for event in SUBSCRIBABLE]


@contextmanager
def loopback_allowed() -> Iterator[None]:
    """The operator allows plain http to loopback."""
    before = dict(settings.CASELOAD)
    settings.CASELOAD.update(OUTBOUND_NETWORKS=[ip_network("127.0.0.0/8")], OUTBOUND_HTTP=True)
    try:
        yield
    finally:
        settings.CASELOAD.update(before)


@dataclass
class Told:
    """An endpoint of `client` at `receiver`, and its secret."""

    client: Actor
    receiver: Receiver
    endpoint: WebhookEndpoint
    secret: str

    @property
    def deliveries(self) -> list[WebhookDelivery]:
        """Its deliveries, oldest first."""
        return list(WebhookDelivery.objects.filter(endpoint=self.endpoint).order_by("pk"))

    def messages(self) -> list[dict[str, Any]]:
        """What the receiver was told at this endpoint, oldest first, each verified with its secret."""
        path = "/" + self.endpoint.url.split("/", 3)[3]
        return [verified(request, self.secret) for request in self.receiver.received if request.path == path]

    def types(self) -> list[str]:
        """The types of what it was told, in alphabetical order: one delivery doesn't wait for another."""
        return sorted(message["type"] for message in self.messages())


def an_endpoint(client: Actor, receiver: Receiver, events: list[str] | None = None, path: str = "/hook") -> Told:
    """An endpoint of `client` for all events unless told, made by an operator."""
    assert client.client is not None
    made, secret = endpoints.create(
        actors.operator(), client=client.client.name, url=receiver.url + path, events=events or EVERY_EVENT
    )
    return Told(client, receiver, made, secret)


def verified(request: Received, secret: str) -> dict[str, Any]:
    """The message, as a receiver's own library reads it. Raises WebhookVerificationError."""
    said = Webhook(secret).verify(request.body, request.headers)
    assert said == json.loads(request.body)
    return dict(said)


def deliver() -> int:
    """Everything that is due is sent."""
    return delivering.deliver_due()


def make_due(*rows: WebhookDelivery) -> None:
    """Their gaps have passed, though the clock stands where receivers compare it with theirs."""
    WebhookDelivery.objects.filter(pk__in=[row.pk for row in rows]).update(next_attempt_at=clock.now())
    WebhookEndpoint.objects.update(paused_until_at=None)
