"""Finding an account, and its page: what was decided on it, and what became of that on its platform."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from reviews.selectors.account_find import MOST_FOUND, find_accounts
from reviews.selectors.account_page import get_account_page
from reviews.views.door import actor_of
from reviews.views.followers import curve

MOST_TYPED = 300


@require_GET
def account_list(request: HttpRequest) -> HttpResponse:
    """Accounts that fit what is typed; on to its page when it is one alone."""
    typed = request.GET.get("q", "").replace("\0", "").strip()[:MOST_TYPED]
    found, has_more = find_accounts(actor_of(request), typed)
    if len(found) == 1:
        return redirect("reviews:account-detail", found[0].account.pk)
    context = {"typed": typed, "found": found, "has_more": has_more, "most_found": MOST_FOUND}
    return render(request, "reviews/account_list.html", context)


@require_GET
def account_detail(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """The account's history and enforcement state."""
    page = get_account_page(actor_of(request), account_id)
    return render(request, "reviews/account_detail.html", {"page": page, "followers": curve(page.followers)})
