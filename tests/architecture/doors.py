"""Every door there is, read from the product itself: pages, calls, tasks, commands. The tables beside must match."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from moderation.celery import app
from staff.api.calls import Call

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("moderation", "insights", "reviews", "takedowns", "accounts", "staff", "audit", "common")
# Doors that answer everybody: health, the document of the API and its pages, signing in, static files.
OPEN_DOORS = {
    "healthz",
    "api-schema",
    "api-reference",
    "api-problems",
    "account_login",
    "account_logout",
    "account_inactive",
    "account_signup",
}


@dataclass(frozen=True)
class Page:
    """A page's address: `name` with its namespace, and the names of its arguments."""

    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, order=True)
class ApiCall:
    """A method on an address of the API as OpenAPI writes it, with the scope that it demands (None: any key)."""

    method: str
    path: str
    scope: str | None


def pages() -> list[Page]:
    """Every page of ours."""
    found = [Page(name, arguments) for name, arguments, view in _views() if not hasattr(view, "cls")]
    return [page for page in found if page.name not in OPEN_DOORS]


def api_calls(resolver: URLResolver | None = None) -> list[ApiCall]:
    """Every method of every call."""
    return sorted(
        (
            ApiCall(method, f"/{path}", scope and str(scope))
            for path, view in _addresses(resolver or get_resolver())
            if (call := getattr(view, "cls", None)) and issubclass(call, Call)
            for method, scope in call.scopes.items()
        ),
        key=lambda call: (call.path, call.method),
    )


def tasks() -> list[str]:
    """Every Celery task of ours."""
    app.loader.import_default_modules()
    return sorted(name for name in app.tasks if name.partition(".")[0] in PACKAGES)


def commands() -> list[str]:
    """Every management command of ours."""
    files = [file for package in PACKAGES for file in (ROOT / package / "management" / "commands").glob("*.py")]
    return sorted(file.stem for file in files if file.stem != "__init__")


def _views() -> Iterator[tuple[str, tuple[str, ...], Any]]:
    yield from _walk_names(get_resolver(), "")


def _walk_names(resolver: URLResolver, namespace: str) -> Iterator[tuple[str, tuple[str, ...], Any]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk_names(entry, inner)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", tuple(entry.pattern.converters), entry.callback


def _addresses(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _addresses(entry, route)
        else:
            yield _as_openapi(route), entry.callback


def _as_openapi(route: str) -> str:
    plain = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"{\1}", route))
    return plain.replace("^", "").replace(r"\Z", "")
