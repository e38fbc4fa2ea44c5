"""Asking the platform about a case's account; the answer comes onto the page without a reload."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from reviews.models import Refresh
from reviews.selectors import cases
from reviews.services import refreshing
from reviews.views.door import actor_of, gesture, go, wants_part


@gesture("reviews:case-detail")
def case_refresh(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A worker asks the platform; the part of the page looks for the answer by itself."""
    row = refreshing.ask(actor_of(request), case_id=case_id)
    if not wants_part(request):
        return go(request, reverse("reviews:case-detail", args=[case_id]))
    return _part(request, row)


@require_GET
def refresh_detail(request: HttpRequest, case_id: UUID, refresh_id: UUID) -> HttpResponse:
    """What the platform said, or that it is being asked."""
    return _part(request, cases.get_refresh(actor_of(request), case_id, refresh_id))


def _part(request: HttpRequest, row: Refresh) -> HttpResponse:
    return render(request, "reviews/partials/_refresh.html", {"refresh": row, "case": row.case})
