"""The language of the pages, as a person chooses it."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from staff import actors
from staff.models import User
from staff.services import people


@require_POST
def language_choose(request: HttpRequest) -> HttpResponse:
    """The pages speak `language` from now on, beginning with the one that the person was on (`next`)."""
    people.choose_language(actors.person(cast(User, request.user)), language=request.POST.get("language", ""))
    page = request.POST.get("next", "")
    return redirect(page if url_has_allowed_host_and_scheme(page, allowed_hosts=None) else "/")
