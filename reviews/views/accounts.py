"""An account's page: what was decided on it, and what became of that on its platform."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from reviews.selectors.account_page import get_account_page
from reviews.views.door import actor_of
from reviews.views.followers import curve


@require_GET
def account_detail(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """The account's history and enforcement state."""
    page = get_account_page(actor_of(request), account_id)
    return render(request, "reviews/account_detail.html", {"page": page, "followers": curve(page.followers)})
