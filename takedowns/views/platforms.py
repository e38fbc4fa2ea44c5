"""Platforms: how dispatch stands on each, and the switch."""

from dataclasses import replace
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Platform
from accounts.selectors.platforms import get_platform
from staff import actors
from staff.actors import Actor
from staff.models import User
from staff.permissions import Permission
from takedowns.connectors import known_connector
from takedowns.forms import StopForm
from takedowns.selectors import standing
from takedowns.selectors.standing import Standing
from takedowns.services import stopping


@require_GET
def platform_list(request: HttpRequest) -> HttpResponse:
    """Every platform, and the switch."""
    return _page(request, _actor_of(request), StopForm())


@require_POST
def dispatch_stop(request: HttpRequest) -> HttpResponse:
    """Nothing leaves any more for the platform that is named, or for any."""
    actor, form = _actor_of(request), StopForm(request.POST)
    actor.require(Permission.STOP_DISPATCH)
    if not form.is_valid():
        return _page(request, actor, form, status=422)
    stopping.stop(actor, _named(form.cleaned_data["platform"]), reason=form.cleaned_data["reason"])
    return redirect("takedowns:platform-list")


@require_POST
def dispatch_lift(request: HttpRequest) -> HttpResponse:
    """What is due leaves again."""
    stopping.lift(_actor_of(request), _named(request.POST.get("platform", "")))
    return redirect("takedowns:platform-list")


def _page(request: HttpRequest, actor: Actor, form: StopForm, status: int = 200) -> HttpResponse:
    context = {
        "rows": [_quiet_by_hand(row) for row in standing.standings(actor)],
        "stop_of_all": standing.stop_of_all(),
        "may_stop": Permission.STOP_DISPATCH in actor.may,
        "form": form,
    }
    return render(request, "takedowns/platform_list.html", context, status=status)


def _quiet_by_hand(row: Standing) -> Standing:
    """Where takedowns are done by hand, what went out waits for people: that is no alert."""
    connector = known_connector(row.platform)
    if connector and connector.capabilities.by_hand:
        return replace(row, due_since=None, unknown=0)
    return row


def _named(slug: str) -> Platform | None:
    return get_platform(slug) if slug else None


def _actor_of(request: HttpRequest) -> Actor:
    return actors.person(cast(User, request.user))
