"""What goes out over HTTP, once for all: answers by msgspec, domain errors, and the pages for what went wrong."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import structlog
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException
from rest_framework.renderers import BaseRenderer
from rest_framework.response import Response

from common import problems
from common.errors import DomainError, Unavailable

PROBLEM_TYPE = "application/problem+json"
_OF_STATUS = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "2"}}
log = structlog.get_logger(__name__)


# ── what goes out ────────────────────────────────────────────────────────────────────────────────────────
class MsgspecRenderer(BaseRenderer):
    """JSON by msgspec: Structs, dataclasses, UUIDs and datetimes as they are."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else msgspec.json.encode(data)


def problem(error: DomainError) -> dict[str, object]:
    """RFC 9457 problem details of a domain error."""
    title = (type(error).__doc__ or "Refused").split(" (")[0].strip()
    return problems.body_of(error.code, error.status, title, error.message, error.fields, error.details)


def api_exception_handler(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's hook: domain errors, 404s and DRF's own exceptions to problem+json, and a database that is away; anything
    else is a 500 of Django's."""
    if isinstance(exc, (OperationalError, InterfaceError)):
        log.error("the database does not answer", exc_info=exc)
        exc = Unavailable("The database does not answer. Send it again in a moment.")
    if isinstance(exc, DomainError):
        body, status, headers = problem(exc), exc.status, _headers(exc)
    elif isinstance(exc, (Http404, PermissionDenied)):
        missing = isinstance(exc, Http404)
        status, headers = (404 if missing else 403), {}
        body = _plain(
            "not-found" if missing else "not-allowed", status, "No such thing." if missing else "Not allowed."
        )
    elif isinstance(exc, APIException):
        status, headers = exc.status_code, {}
        body = _plain(str(exc.default_code).replace("_", "-"), status, str(exc.detail))
        if wait := getattr(exc, "wait", None):
            headers["Retry-After"] = str(int(wait) + 1)
    else:
        return None
    return Response(body, status=status, headers=headers, content_type=PROBLEM_TYPE)


def _plain(code: str, status: int, detail: str) -> dict[str, object]:
    return problems.body_of(code, status, "Refused", detail)


def _headers(error: DomainError) -> dict[str, str]:
    return _OF_STATUS.get(error.status, {}) | error.headers


# ── pages ────────────────────────────────────────────────────────────────────────────────────────────────
class NoStoreMiddleware:
    """Pages and answers about people stay in no cache, unless a view says otherwise. Static files come before it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class DomainErrorMiddleware:
    """Turns a domain error that a page's view let through into a page, or a partial when htmx asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        template = "errors/_problem.html" if getattr(request, "htmx", False) else _page_for(exception.status)
        return render(request, template, {"error": exception}, status=exception.status)


def _page_for(status: int) -> str:
    return f"errors/{status}.html" if status in {400, 403, 404, 409, 429} else "errors/400.html"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    return _failed(request, 400, _("The request could not be read."))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    return _failed(request, 403, _("You may not do this."))


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW: the form was loaded before its sender signed in, or out, somewhere else."""
    text = _("Your sign-in has changed since this page was loaded. Load it again, then try once more.")
    return render(request, "errors/400.html", {"message": text}, status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    return _failed(request, 404, _("There is nothing at this address."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500; needs neither the database nor a session."""
    return _failed(request, 500, _("Something failed on our side. Nothing that was accepted is lost."))


def _failed(request: HttpRequest, status: int, message: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        code = {400: "bad-request", 403: "not-allowed", 404: "not-found"}.get(status, "server-error")
        body = msgspec.json.encode(_plain(code, status, message))
        return HttpResponse(body, status=status, content_type=PROBLEM_TYPE)
    return render(request, f"errors/{status}.html", {"message": message}, status=status)
