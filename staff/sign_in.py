"""Sign-in through django-allauth: nobody signs up by themselves, and every sign-in and sign-out is in the log."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from staff import actors
from staff.models import User
from staff.services import people


class AccountAdapter(DefaultAccountAdapter):
    """allauth's hooks: sign-up is closed; sign-ins, sign-outs and failures are recorded."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        people.note_sign_in(actors.person(user))
        return super().post_login(request, user, **kwargs)

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, User):
            people.note_sign_out(actors.person(request.user))
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        people.note_failed_sign_in(actors.SYSTEM, username=str(credentials.get("username", "")))


class SignInMiddleware(LoginRequiredMiddleware):
    """Whoever isn't signed in is asked to, and comes back to the page they were on: never to a gesture's own address.

    What a script of a page asks for is answered 401 with a notice, so that the page stays, with what was typed.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        refused = super().process_view(request, view_func, view_args, view_kwargs)
        if refused is None or (request.method == "GET" and not _is_part(request)):
            return refused
        sign_in = f"{reverse('account_login')}?{urlencode({'next': _page_of(request)})}"
        if _is_part(request):
            return render(request, "errors/_signed_out.html", {"sign_in": sign_in}, status=401)
        return redirect(sign_in)


def _is_part(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers


def _page_of(request: HttpRequest) -> str:
    """The page of ours that a request came from, as a path; the first page when that isn't told."""
    told = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "")
    if told.netloc != request.get_host() or not told.path.startswith("/"):
        return "/"
    return f"{told.path}?{told.query}" if told.query else told.path
