"""Restricting what a case shows, and the alerts that follow."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common import clock
from reviews.selectors import cases, lanes, restrictions
from reviews.services import restricting
from reviews.views.door import actor_of, cleaned, gesture, go
from reviews.views.queues import to_next
from reviews.views.restriction_forms import LiftForm, RestrictForm
from staff.permissions import Permission

PAGE_SIZE = 50


@gesture("reviews:case-detail")
def case_restrict(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The account's material is restricted. Who is cleared stays with it; who had the case goes on with the next."""
    actor = actor_of(request)
    actor.require(Permission.WORK_CASES)
    clearance = cleaned(RestrictForm(request.POST)).cleaned_data["clearance"]
    claim = cases.live_claim(cases.get_case(actor, case_id), clock.now())
    had = claim is not None and claim.holder_id == actor.person().pk
    case = restricting.restrict(actor, case_id=case_id, clearance=clearance)
    messages.success(request, _("Restricted. The duty contact is alerted, and only people who are cleared see it now."))
    if lanes.is_open_to(actor, case.account.clearances):
        return go(request, reverse("reviews:case-detail", args=[case.pk]))
    if had and claim:
        return to_next(request, actor, queue=claim.queue.slug if claim.queue else "")
    return go(request, reverse("reviews:queue-list"))


@require_GET
def restriction_list(request: HttpRequest) -> HttpResponse:
    """What is and was restricted, for those who are cleared for it."""
    actor = actor_of(request)
    rows = restrictions.restrictions_visible_to(actor)
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "may_answer": Permission.WORK_CASES in actor.may,
    }
    return render(request, "reviews/restriction_list.html", context)


@require_GET
def restriction_alerts(request: HttpRequest) -> HttpResponse:
    """The alerts that stand on every page of those who are cleared, looked for by the page that is open."""
    actor = actor_of(request)
    actor.require(Permission.WORK_CASES)
    context = {"minds_restrictions": restrictions.minds(actor), "restriction_alerts": restrictions.alerting(actor)}
    return render(request, "partials/_restriction_alerts.html", context | {"most": restrictions.MOST_ALERTS})


@require_POST
def restriction_acknowledge(request: HttpRequest, restriction_id: UUID) -> HttpResponse:
    """Somebody answers for it: on to its case."""
    row = restricting.acknowledge(actor_of(request), restriction_id=restriction_id)
    return go(request, reverse("reviews:case-detail", args=[row.case_id]))


@require_POST
def restriction_lift(request: HttpRequest, restriction_id: UUID) -> HttpResponse:
    """It was no such material: everybody sees it again."""
    actor = actor_of(request)
    actor.require(Permission.HAND_OVER)
    reason = cleaned(LiftForm(request.POST)).cleaned_data["reason"]
    row = restricting.lift(actor, restriction_id=restriction_id, reason=reason)
    messages.success(request, _("Lifted: it is shown as any other account is."))
    return go(request, reverse("reviews:case-detail", args=[row.case_id]))
