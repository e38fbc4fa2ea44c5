"""The first page: a person's queues, their last decisions, and the start of the next case."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common import clock
from common.languages import language_name
from common.presentation import named
from reviews.selectors import asides, cases, decisions, home, humane, notes, queues
from reviews.services import ahead
from reviews.views.door import actor_of, go, wants_part
from reviews.views.last import lasts_of
from staff.actors import Actor
from staff.models import User
from staff.permissions import Permission

MOST_NAMED = 4
MOST_MENTIONS = 20


@require_GET
def queue_list(request: HttpRequest) -> HttpResponse:
    """The whole page, or its live part when htmx asks. Who may see no queue is sent to what they may see."""
    actor = actor_of(request)
    if Permission.SEE_QUEUES not in actor.may:
        return redirect("insights:statistics-overview")
    if wants_part(request):
        return render(request, "reviews/partials/_queues_live.html", _context(actor))
    person = actor.person()
    once = {"languages_read": _languages(person), "mentions": notes.unread_mentions(person)[:MOST_MENTIONS]}
    return render(request, "reviews/queue_list.html", _context(actor) | once)


def _languages(person: User) -> str:
    """The languages that the person reads, in words; "" for a person without a list, who is served all."""
    names = [language_name(tag) for tag in person.languages if tag != "und"]
    if len(names) > MOST_NAMED:
        more = _("%(count)s more languages") % {"count": len(names) - MOST_NAMED}
        names = [*names[:MOST_NAMED], more]
    return named(names)


def _context(actor: Actor) -> dict[str, object]:
    at = clock.now()
    person = actor.person()
    all_held = list(asides.all_held(actor)) if Permission.SEE_WORKLOAD in actor.may else []
    works = Permission.WORK_CASES in actor.may
    bounds = humane.bounds_of(person, at) if works else []
    limits = humane.limits_with(bounds, person, at)
    return {
        "bounds": bounds,
        "lighter_until": _lighter_until(person) if limits.lighter else None,
        "queues": queues.counts_for(actor, at=at),
        "works": works,
        "may_manage": Permission.MANAGE_QUEUES in actor.may,
        "whole": queues.sees_whole(actor),
        "up_next": home.up_next(person, limits, at=at) if works else None,
        "day": home.day_of(person, at=at) if works else None,
        "held": cases.held_by(person, at) if works else None,
        "lasts": lasts_of(decisions.latest_by(person, count=8), at=at) if works else [],
        "for_you": asides.for_you(actor, at),
        "all_held": all_held,
        "held_count": len(all_held),
        "may_hand": Permission.HAND_OVER in actor.may,
        "workload": cases.workload(actor, at) if Permission.SEE_WORKLOAD in actor.may else None,
        "undo_seconds": settings.CASELOAD["UNDO_SECONDS"],
    }


def _lighter_until(person: User) -> datetime | None:
    """Until when lighter cases alone are served to the person, on their own clock."""
    until = humane.preferences_of(person).lighter_until
    return until.astimezone(ZoneInfo(humane.zone_of(person))) if until else None


@require_POST
def queue_next(request: HttpRequest) -> HttpResponse:
    """The case that the person still holds is shown; else the next one is claimed; else the first page says why not."""
    actor = actor_of(request)
    if mine := cases.held_by(actor.person(), clock.now()).first():
        return go(request, reverse("reviews:case-detail", args=[mine.case_id]))
    return to_next(request, actor, queue=request.POST.get("queue", ""))


def to_next(request: HttpRequest, actor: Actor, *, queue: str) -> HttpResponse:
    """On to the next case of `queue` ("" for all), the one taken ahead if there is one, or to the first page when
    nothing waits."""
    claim = ahead.go_on(actor, queue=queue)
    if claim is None:
        return nothing_waits(request)
    return go(request, reverse("reviews:case-detail", args=[claim.case_id]))


def nothing_waits(request: HttpRequest) -> HttpResponse:
    """On to the first page, that says so."""
    if humane.is_lighter(actor_of(request).person(), clock.now()):
        messages.info(request, _("Nothing lighter waits for you there."))
    else:
        messages.info(request, _("Nothing more waits for you there. What you skipped today comes again tomorrow."))
    return go(request, reverse("reviews:queue-list"))
