"""Saved views: made from the list as it stands, changed, deleted."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from reviews.forms import ViewForm
from reviews.selectors import saved_views as selectors
from reviews.services import saved_views
from reviews.services.saved_views import ViewSaid
from reviews.views.case_list import asked_along, show
from reviews.views.door import actor_of, attempt
from staff.permissions import Permission


@require_POST
def view_save(request: HttpRequest) -> HttpResponse:
    """The list as it stands has a name; again with the form's faults, or on to the view."""
    actor, form = actor_of(request), ViewForm(request.POST, auto_id="view-%s")
    actor.require(Permission.SEE_CASES)
    asked = asked_along(request.POST)
    if made := attempt(form, lambda said: saved_views.save(actor, asked, ViewSaid(**said))):
        return redirect("reviews:view-detail", made.slug)
    return show(request, actor, asked, naming=form, status=422)


@require_POST
def view_change(request: HttpRequest, view: str) -> HttpResponse:
    """The view is called, shared and pinned so."""
    actor, form = actor_of(request), ViewForm(request.POST, auto_id="view-%s")
    seen = selectors.get_view(actor, view)
    if attempt(form, lambda said: saved_views.change(actor, slug=view, said=ViewSaid(**said))):
        return redirect("reviews:view-detail", view)
    return show(request, actor, asked_along(request.POST), saved=seen, naming=form, status=422)


@require_POST
def view_delete(request: HttpRequest, view: str) -> HttpResponse:
    """The view is gone."""
    saved_views.delete(actor_of(request), slug=view)
    return redirect("reviews:case-list")
