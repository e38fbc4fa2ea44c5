"""The frame of every page: what the navigation shows to whom, and pages that stand without a database."""

import pytest
from django.test import RequestFactory
from django.urls import resolve

from common.http import server_error
from moderation.context import navigation
from moderation.sample.sources import make_sources
from staff.actors import Actor
from tests.cast import Cast

OVERSEEING = [
    "QUEUES",
    "Cases",
    "Second looks",
    "Batches",
    "Orders",
    "Sources",
    "Rules",
    "Webhooks",
    "Platforms",
    "Audit",
    "Statistics",
]


def labels(actor: Actor, path: str = "/") -> list[str]:
    """What the navigation shows; the current entry in capitals."""
    request = RequestFactory().get(path)
    request.user, request.resolver_match = actor.person(), resolve(path)
    return [entry.label.upper() if entry.current else entry.label for entry in navigation(request)["nav"]]


@pytest.mark.parametrize(
    ("username", "shown"),
    [
        ("moderator", ["QUEUES", "Cases", "Second looks", "Batches", "Statistics"]),
        ("supervisor", OVERSEEING),
        ("auditor", OVERSEEING),
        ("administrator", ["Sources", "Webhooks", "Platforms", "People", "Audit", "Statistics"]),
    ],
)
def test_the_navigation_shows_what_one_may_see(cast: Cast, username: str, shown: list[str]) -> None:
    assert labels(cast.everyone[username]) == shown


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/cases/0192aaaa-0000-7000-8000-000000000000/", "QUEUES"),
        ("/accounts/0192aaaa-0000-7000-8000-000000000000/", "QUEUES"),
        ("/batches/new/", "BATCHES"),
        ("/statistics/definitions/", "STATISTICS"),
    ],
)
def test_a_page_belongs_to_a_section(cast: Cast, path: str, current: str) -> None:
    assert current in labels(cast.auditor, path)


def test_the_page_for_our_own_failure_needs_no_database() -> None:
    page = server_error(RequestFactory().get("/"))
    assert (page.status_code, b"Something failed on our side" in page.content) == (500, True)


@pytest.mark.parametrize("is_demonstration", [True, False])
def test_the_first_page_says_whether_flags_are_generated(client, cast: Cast, is_demonstration: bool) -> None:
    if is_demonstration:
        make_sources(cast.system)
    client.force_login(cast.moderator.person())
    assert (b"the flags on them are generated" in client.get("/").content) is is_demonstration
