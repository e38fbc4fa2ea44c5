"""Endpoints of webhooks come, change and end; their secrets are shown once, and rotate."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

import audit.services as audit
from common import clock, signing
from common.errors import Conflict, Invalid, NotFound
from common.ids import new_id
from common.outbound import checked_url
from reviews import audit_actions
from reviews.choices import SUBSCRIBABLE, DeliveryState, WebhookEvent
from reviews.models import WebhookDelivery, WebhookEndpoint
from reviews.services.webhooks.payloads import body_of_test
from reviews.services.webhooks.secrets import sealed
from staff.actors import SYSTEM, Actor
from staff.models import ApiClient
from staff.permissions import Permission

MOST_PER_CLIENT: Final = 10
OLD_SECRET_LIVES: Final = timedelta(hours=24)
BY_HAND: Final = gettext_noop("Disabled by hand.")


@transaction.atomic
def create(actor: Actor, *, client: str, url: str, events: Sequence[str]) -> tuple[WebhookEndpoint, str]:
    """The API client named `client` is told of `events` at `url` from now on.

    Returns the endpoint and its secret, which is shown only now. Raises NotAllowed; Invalid that names the field: an
    unknown client or event, a URL that may not be called or that the client has already, too many endpoints.
    Audit: endpoint.created.
    """
    actor.require(Permission.MANAGE_WEBHOOKS)
    owner = ApiClient.objects.select_for_update(no_key=True).filter(name=client, disabled_at=None).first()
    if owner is None:
        raise Invalid(
            _("client: no client is called %(client)s.") % {"client": repr(client)},
            fields={"client": _("no such client.")},
        )
    if owner.webhook_endpoints.count() >= MOST_PER_CLIENT:
        raise Invalid(
            _("%(client)s has %(most_per_client)s endpoints. Change one of them.")
            % {"client": client, "most_per_client": MOST_PER_CLIENT},
            code="too-many-endpoints",
        )
    secret = signing.new_secret()
    made = WebhookEndpoint.objects.create(
        client=owner,
        url=_free_url(owner, url),
        events=_checked_events(events),
        secret=sealed(secret),
        created_at=clock.now(),
    )
    audit.record(actor, audit_actions.ENDPOINT_CREATED, subjects(made), host=made.host, events=made.events)
    return made, secret


@transaction.atomic
def change(actor: Actor, *, endpoint_id: UUID, url: str, events: Sequence[str]) -> WebhookEndpoint:
    """The endpoint is told of `events` at `url`; what still waits for it goes there, too.

    Raises NotFound, NotAllowed, Invalid as `create`. Audit: endpoint.changed.
    """
    actor.require(Permission.MANAGE_WEBHOOKS)
    row = _locked(endpoint_id)
    row.url = _free_url(row.client, url, except_for=row)
    row.events = _checked_events(events)
    row.failures, row.failing_since_at, row.paused_until_at = 0, None, None
    row.save(update_fields=["url", "events", "failures", "failing_since_at", "paused_until_at"])
    audit.record(actor, audit_actions.ENDPOINT_CHANGED, subjects(row), host=row.host, events=row.events)
    return row


@transaction.atomic
def enable(actor: Actor, *, endpoint_id: UUID) -> WebhookEndpoint:
    """The endpoint is told again; what waited for it is sent now.

    Raises NotFound, NotAllowed, Conflict when it is active. Audit: endpoint.enabled.
    """
    actor.require(Permission.MANAGE_WEBHOOKS)
    row = _locked(endpoint_id)
    if row.is_active:
        raise Conflict(_("This endpoint is active already."), code="endpoint-active")
    row.is_active, row.disabled_because = True, ""
    row.failures, row.failing_since_at, row.paused_until_at = 0, None, None
    row.save(update_fields=["is_active", "disabled_because", "failures", "failing_since_at", "paused_until_at"])
    row.deliveries.filter(state=DeliveryState.FAILED, lease=None).update(next_attempt_at=clock.now())
    audit.record(actor, audit_actions.ENDPOINT_ENABLED, subjects(row))
    return row


@transaction.atomic
def disable(actor: Actor, *, endpoint_id: UUID, why: str = BY_HAND) -> WebhookEndpoint:
    """Nothing more is noted for the endpoint or sent to it; what waits keeps waiting.

    Raises NotFound, NotAllowed, Conflict when it is disabled already. Audit: endpoint.disabled.
    """
    actor.require(Permission.MANAGE_WEBHOOKS)
    row = _locked(endpoint_id)
    if not row.is_active:
        raise Conflict(_("This endpoint is disabled already."), code="endpoint-disabled")
    return _end(actor, row, why)


def give_up(row: WebhookEndpoint, why: str) -> None:
    """The system disables an endpoint (locked by the caller) that has disabled itself, or that nobody looks after."""
    if row.is_active:
        _end(SYSTEM, row, why)


def _end(actor: Actor, row: WebhookEndpoint, why: str) -> WebhookEndpoint:
    row.is_active, row.disabled_because = False, why
    row.save(update_fields=["is_active", "disabled_because"])
    audit.record(actor, audit_actions.ENDPOINT_DISABLED, subjects(row), why=why)
    return row


@transaction.atomic
def rotate(actor: Actor, *, endpoint_id: UUID, old_lives: timedelta = OLD_SECRET_LIVES) -> tuple[WebhookEndpoint, str]:
    """The endpoint has a new secret; the one it replaces signs beside it for `old_lives`, and no older one does.

    Returns the endpoint and the new secret, which is shown only now. Raises NotFound, NotAllowed. Audit:
    secret.rotated.
    """
    actor.require(Permission.MANAGE_WEBHOOKS)
    row = _locked(endpoint_id)
    secret = signing.new_secret()
    row.old_secret, row.old_secret_expires_at = row.secret, clock.now() + old_lives
    row.secret = sealed(secret)
    row.save(update_fields=["secret", "old_secret", "old_secret_expires_at"])
    audit.record(
        actor,
        audit_actions.SECRET_ROTATED,
        subjects(row),
        old_expires_at=row.old_secret_expires_at.isoformat(),
    )
    return row, secret


@transaction.atomic
def send_test(actor: Actor, *, endpoint_id: UUID) -> WebhookDelivery:
    """A test event is on its way to the endpoint.

    Raises NotFound, NotAllowed, Conflict when the endpoint is disabled. Audit: endpoint.tested.
    """
    actor.require(Permission.MANAGE_WEBHOOKS)
    row, now = _locked(endpoint_id), clock.now()
    refuse_unless_active(row)
    made = _test_delivery(row, now)
    audit.record(actor, audit_actions.ENDPOINT_TESTED, subjects(row))
    return made


def _test_delivery(row: WebhookEndpoint, now: datetime) -> WebhookDelivery:
    return WebhookDelivery.objects.create(
        id=new_id(),
        endpoint=row,
        event=WebhookEvent.TEST,
        body=body_of_test(now),
        created_at=now,
        next_attempt_at=now,
    )


def refuse_unless_active(row: WebhookEndpoint) -> None:
    """Raises Conflict when nothing is sent to the endpoint."""
    if not row.is_active:
        raise Conflict(_("This endpoint is disabled. Enable it first."), code="endpoint-disabled")


def subjects(row: WebhookEndpoint) -> list[str]:
    """An endpoint's subjects in the log; its client is loaded."""
    return [audit.subject("endpoint", row.pk), row.client.actor_key]


def lock_endpoints(endpoint_ids: Sequence[UUID]) -> dict[UUID, WebhookEndpoint]:
    """These endpoints by id with their clients, locked in id order."""
    rows = WebhookEndpoint.objects.select_for_update(of=("self",), no_key=True).select_related("client")
    return {row.pk: row for row in rows.filter(pk__in=endpoint_ids).order_by("pk")}


def _locked(endpoint_id: UUID) -> WebhookEndpoint:
    row = lock_endpoints([endpoint_id]).get(endpoint_id)
    if row is None:
        raise NotFound(_("There is no endpoint with this id."))
    return row


def _free_url(owner: ApiClient, url: str, except_for: WebhookEndpoint | None = None) -> str:
    good = checked_url(url.strip())
    others = owner.webhook_endpoints.filter(url=good)
    if except_for is not None:
        others = others.exclude(pk=except_for.pk)
    if others.exists():
        raise Invalid(
            _("url: %(name)s has this endpoint already.") % {"name": owner.name},
            fields={"url": _("this client has it already: change that endpoint, or give another URL.")},
        )
    return good


def _checked_events(events: Sequence[str]) -> list[str]:
    known = [event.value for event in SUBSCRIBABLE]
    if not events:
        raise Invalid(_("events: name one at least."), fields={"events": _("name one at least.")})
    if unknown := sorted(set(events) - set(known)):
        text = _("%(unknown)s: none of %(known)s.") % {"unknown": ", ".join(unknown), "known": ", ".join(known)}
        raise Invalid(f"events: {text}", fields={"events": text})
    return [event for event in known if event in events]
