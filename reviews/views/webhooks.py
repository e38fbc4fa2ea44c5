"""Webhooks: the endpoints, what is done with them, their deliveries, and each try at one."""

import json
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common import clock
from reviews.choices import DeliveryState
from reviews.forms import ReplayForm, WebhookForm
from reviews.models import WebhookEndpoint
from reviews.selectors import webhooks as selectors
from reviews.services.webhooks import endpoints, replaying
from reviews.views.door import actor_of, attempt, cleaned
from staff.models import ApiClient
from staff.permissions import Permission

PAGE_SIZE = 50


@require_GET
def webhook_list(request: HttpRequest) -> HttpResponse:
    """The endpoints, by client."""
    actor = actor_of(request)
    rows = list(selectors.endpoints_visible_to(actor))
    counts = selectors.undelivered_counts([row.pk for row in rows])
    lines = [(row, counts.get(row.pk, {})) for row in rows]
    shown = {"lines": lines, "may_manage": Permission.MANAGE_WEBHOOKS in actor.may}
    return render(request, "reviews/webhook_list.html", shown)


@require_http_methods(["GET", "POST"])
def webhook_new(request: HttpRequest) -> HttpResponse:
    """Make an endpoint: the form, again with its faults, or the secret, shown once."""
    actor = actor_of(request)
    actor.require(Permission.MANAGE_WEBHOOKS)
    clients = ApiClient.objects.filter(disabled_at=None).order_by("name").values_list("name", flat=True)
    form = WebhookForm(request.POST or None, clients=clients)
    if request.method == "POST" and (made := attempt(form, lambda said: endpoints.create(actor, **said))):
        return _secret_shown(request, *made)
    return render(request, "reviews/webhook_form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def webhook_edit(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Change an endpoint's URL and events."""
    actor = actor_of(request)
    actor.require(Permission.MANAGE_WEBHOOKS)
    row = selectors.get_endpoint(actor, endpoint_id)
    form = WebhookForm(request.POST or None, clients=None, initial={"url": row.url, "events": row.events})
    if request.method == "POST" and (
        changed := attempt(form, lambda said: endpoints.change(actor, endpoint_id=endpoint_id, **said))
    ):
        messages.success(request, _("The endpoint is changed."))
        return redirect("reviews:webhook-detail", changed.pk)
    shown = {"form": form, "endpoint": row}
    return render(request, "reviews/webhook_form.html", shown, status=422 if form.errors else 200)


@require_GET
def webhook_detail(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """The endpoint and its deliveries, newest first, of one state when one is asked for."""
    actor = actor_of(request)
    row = selectors.get_endpoint(actor, endpoint_id)
    state = request.GET.get("state", "")
    state = state if state in DeliveryState.values else ""
    counts = selectors.undelivered_counts([row.pk]).get(row.pk, {})
    shown = {
        "endpoint": row,
        "rows": Paginator(selectors.deliveries_of(row, state), PAGE_SIZE).get_page(request.GET.get("page")),
        "states": [("", _("All"), not state), *((s.value, s.label, s == state) for s in DeliveryState)],
        "counts": counts,
        "can_replay": row.is_active and (counts.get(DeliveryState.FAILED, 0) or counts.get(DeliveryState.EXHAUSTED, 0)),
        "replay_form": ReplayForm(initial={"hours": 24}),
        "has_old_secret": row.old_secret_expires_at is not None and row.old_secret_expires_at > clock.now(),
        "may_manage": Permission.MANAGE_WEBHOOKS in actor.may,
    }
    return render(request, "reviews/webhook_detail.html", shown)


@require_POST
def webhook_rotate(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """A new secret, shown once."""
    return _secret_shown(request, *endpoints.rotate(actor_of(request), endpoint_id=endpoint_id))


def _secret_shown(request: HttpRequest, row: WebhookEndpoint, secret: str) -> HttpResponse:
    return render(request, "reviews/webhook_secret.html", {"endpoint": row, "secret": secret})


@require_POST
def webhook_disable(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """The endpoint is told nothing more."""
    endpoints.disable(actor_of(request), endpoint_id=endpoint_id)
    return redirect("reviews:webhook-detail", endpoint_id)


@require_POST
def webhook_enable(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """The endpoint is told again."""
    endpoints.enable(actor_of(request), endpoint_id=endpoint_id)
    return redirect("reviews:webhook-detail", endpoint_id)


@require_POST
def webhook_test(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """A test event is sent; its page shows what comes of it."""
    made = endpoints.send_test(actor_of(request), endpoint_id=endpoint_id)
    return redirect("reviews:webhook-delivery", made.pk)


@require_POST
def webhook_replay(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """All that failed of the last hours is sent anew."""
    since = clock.now() - timedelta(hours=cleaned(ReplayForm(request.POST)).cleaned_data["hours"])
    many = replaying.replay_failed(actor_of(request), endpoint_id=endpoint_id, since=since)
    said = ngettext("%(many)s delivery is sent anew.", "%(many)s deliveries are sent anew.", many)
    messages.success(request, said % {"many": many})
    return redirect("reviews:webhook-detail", endpoint_id)


@require_GET
def webhook_delivery(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """One delivery: what is sent, and each try."""
    actor = actor_of(request)
    row = selectors.get_delivery(actor, delivery_id)
    shown = {
        "delivery": row,
        "endpoint": row.endpoint,
        "pretty": json.dumps(json.loads(row.body), indent=2, ensure_ascii=False),
        "attempts": selectors.attempts_of(row),
        "is_being_sent": row.lease is not None and row.next_attempt_at > clock.now(),
        "may_manage": Permission.MANAGE_WEBHOOKS in actor.may,
    }
    return render(request, "reviews/webhook_delivery.html", shown)


@require_POST
def webhook_delivery_replay(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """The delivery is sent anew."""
    replaying.replay(actor_of(request), delivery_id=delivery_id)
    return redirect("reviews:webhook-delivery", delivery_id)
