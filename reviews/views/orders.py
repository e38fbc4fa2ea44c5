"""Legal orders: the list, one order's page, and what supervisors do there."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from common import clock
from reviews.choices import OrderState
from reviews.forms import AnsweredForm, HoldForm, PauseForm
from reviews.models import LegalOrder
from reviews.rules import orders as rules
from reviews.selectors import orders as selectors
from reviews.selectors import threats
from reviews.services import orders
from reviews.views.door import actor_of, attempt
from staff.actors import Actor
from staff.permissions import Permission

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class OrderShown:
    """An order with its state, the seconds left and past (None without a deadline), and how long the answer took."""

    order: LegalOrder
    state: OrderState
    left: int | None
    ago: int | None
    took: timedelta | None
    was_late: bool


@require_GET
def order_list(request: HttpRequest) -> HttpResponse:
    """Orders: those that wait by deadline, and how long each answer took."""
    actor = actor_of(request)
    waiting = [_shown(order) for order in selectors.open_orders(actor)]
    page = Paginator(selectors.answered_orders(actor), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [_shown(order) for order in page.object_list]
    return render(request, "reviews/order_list.html", {"waiting": waiting, "page": page, "rows": rows})


@require_GET
def order_alerts(request: HttpRequest) -> HttpResponse:
    """The alerts that stand on every page of those who mind orders, looked for anew by the page that is open."""
    actor = _minding(request)
    alerts = {"order_alerts": selectors.alerting(actor), "threat_alerts": threats.alerting(actor)}
    context = {"minds_orders": True} | alerts
    return render(request, "partials/_order_alerts.html", context)


@require_GET
def order_detail(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """One order: its clock, its answer, and what it holds."""
    return _detail(request, actor_of(request), order_id)


@require_POST
def order_acknowledge(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Its receipt is confirmed."""
    orders.acknowledge(_minding(request), order_id=order_id)
    return redirect("reviews:order-detail", order_id)


@require_POST
def order_pause(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Its clock stands still."""
    actor, form = _minding(request), PauseForm(request.POST)
    if attempt(form, lambda said: orders.pause(actor, order_id=order_id, reason=said["reason"], text=said["text"])):
        return redirect("reviews:order-detail", order_id)
    return _detail(request, actor, order_id, status=422, pausing=form)


@require_POST
def order_resume(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Its clock runs on."""
    orders.resume(_minding(request), order_id=order_id)
    return redirect("reviews:order-detail", order_id)


@require_POST
def order_extend(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """What it holds is kept for longer."""
    actor, form = _minding(request), HoldForm(request.POST)
    if attempt(
        form, lambda said: orders.extend_hold(actor, order_id=order_id, days=said["days"], reason=said["reason"])
    ):
        return redirect("reviews:order-detail", order_id)
    return _detail(request, actor, order_id, status=422, holding=form)


def _minding(request: HttpRequest) -> Actor:
    """Who asks. Raises NotAllowed at once for somebody who minds no orders, whatever the form says."""
    actor = actor_of(request)
    actor.require(Permission.MANAGE_ORDERS)
    return actor


def _detail(
    request: HttpRequest,
    actor: Actor,
    order_id: UUID,
    *,
    status: int = 200,
    pausing: AnsweredForm | None = None,
    holding: AnsweredForm | None = None,
) -> HttpResponse:
    context = {
        "shown": _shown(selectors.get_order(actor, order_id)),
        "may_act": Permission.MANAGE_ORDERS in actor.may,
        "pausing": pausing or PauseForm(auto_id="pausing-%s"),
        "holding": holding or HoldForm(auto_id="holding-%s"),
    }
    return render(request, "reviews/order_detail.html", context, status=status)


def _shown(order: LegalOrder) -> OrderShown:
    now = clock.now()
    left = rules.seconds_left(order, now)
    return OrderShown(
        order=order,
        state=rules.state_of(order, now),
        left=None if left is None else max(0, left),
        ago=None if left is None else max(0, -left),
        took=selectors.time_to_answer(order),
        was_late=selectors.is_past(order, now),
    )
