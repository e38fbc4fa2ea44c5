"""Which language a page is in: what the person chose, else what the browser asks for. The API speaks English."""

from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

_PAGES_OF_THE_API = "/api/docs/"


class LanguageMiddleware:
    """Every page in the person's language. It stands after authentication, and no address has a language in it.

    Answers of the API are a contract: they are in English, whoever asks.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _is_for_programs(request.path):
            with translation.override(settings.LANGUAGE_CODE):
                return self.get_response(request)
        language = _chosen(request) or translation.get_language_from_request(request)
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language",))
        return response


def _is_for_programs(path: str) -> bool:
    return path == "/healthz" or (path.startswith("/api/") and not path.startswith(_PAGES_OF_THE_API))


def _chosen(request: HttpRequest) -> str:
    """What the person chose, as far as the pages still speak it; "" for who isn't signed in.

    A database that is away must not keep the page that says so from being shown.
    """
    try:
        language: str = getattr(getattr(request, "user", None), "page_language", "")
    except (OperationalError, InterfaceError):
        return ""
    return language if language in dict(settings.LANGUAGES) else ""
