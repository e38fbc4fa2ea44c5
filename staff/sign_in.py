"""Sign-in through django-allauth: nobody signs up by themselves, and every sign-in and sign-out is in the log."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse

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
