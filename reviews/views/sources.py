"""Sources: the list, one source's page, and what is done there about misuse."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from common import clock
from reviews.forms import AnsweredForm, ProcessingForm, ReasonForm, WarningForm
from reviews.models import ProcessingSuspension
from reviews.rules import misuse as rules
from reviews.rules import precision
from reviews.selectors import source_pages
from reviews.services import misuse
from reviews.views.door import actor_of, attempt
from staff.actors import Actor
from staff.permissions import Permission

PAGE_SIZE = 50


@require_GET
def source_list(request: HttpRequest) -> HttpResponse:
    """Sources by name: how their flags were answered, and how they stand."""
    page = Paginator(source_pages.sources_visible_to(actor_of(request)), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = source_pages.rows_of(list(page.object_list), at=clock.now())
    return render(request, "reviews/source_list.html", {"page": page, "rows": rows, **_bounds()})


@require_GET
def source_detail(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """One source: its counts, its precision, and what was done about misuse."""
    return _detail(request, actor_of(request), source_id)


@require_POST
def source_warn(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """The source is warned."""
    actor, form = _minding(request), WarningForm(request.POST)
    if attempt(form, lambda said: misuse.warn(actor, source_id=source_id, text=said["text"])):
        return redirect("reviews:source-detail", source_id)
    return _detail(request, actor, source_id, status=422, warning=form)


@require_POST
def source_suspend(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """The source's flags are not processed for a time."""
    actor, form = _minding(request), ProcessingForm(request.POST)

    def suspend(said: dict[str, Any]) -> ProcessingSuspension:
        ends_at = clock.now() + timedelta(days=said["days"])
        return misuse.suspend(actor, source_id=source_id, reason=said["reason"], ends_at=ends_at)

    if attempt(form, suspend):
        return redirect("reviews:source-detail", source_id)
    return _detail(request, actor, source_id, status=422, suspension=form)


@require_POST
def source_restore(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """The suspension is lifted early."""
    actor, form = _minding(request), ReasonForm(request.POST)
    if attempt(form, lambda said: misuse.lift(actor, source_id=source_id, reason=said["reason"])):
        return redirect("reviews:source-detail", source_id)
    return _detail(request, actor, source_id, status=422, restoring=form)


def _minding(request: HttpRequest) -> Actor:
    """Who asks. Raises NotAllowed at once for somebody who minds no sources, whatever the form says."""
    actor = actor_of(request)
    actor.require(Permission.MANAGE_SOURCES)
    return actor


def _detail(
    request: HttpRequest,
    actor: Actor,
    source_id: UUID,
    *,
    status: int = 200,
    warning: AnsweredForm | None = None,
    suspension: AnsweredForm | None = None,
    restoring: AnsweredForm | None = None,
) -> HttpResponse:
    context = {
        "view": source_pages.source_view(actor, source_id, at=clock.now()),
        "may_act": Permission.MANAGE_SOURCES in actor.may,
        "warning": warning or WarningForm(auto_id="warning-%s"),
        "suspension": suspension or ProcessingForm(auto_id="suspension-%s"),
        "restoring": restoring or ReasonForm(auto_id="restoring-%s"),
    }
    return render(request, "reviews/source_detail.html", context | _bounds(), status=status)


def _bounds() -> dict[str, object]:
    """The numbers that the pages state."""
    return {
        "window_days": precision.WINDOW_DAYS,
        "prior": (precision.PRIOR_AGREED, precision.PRIOR_DISAGREED),
        "warning_days": rules.WARNING_HOLDS_DAYS,
        "most_days": rules.MOST_SUSPENSION_DAYS,
    }
