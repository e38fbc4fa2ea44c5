"""Every page × every role: who gets in, who is refused, and that nobody does who isn't signed in.

A new page makes `test_every_page_is_in_the_table` fail until its row in `tests/architecture/pages.py` says who may.
"""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.architecture.doors import Page, pages
from tests.architecture.pages import PAGES, address_of, ask, body_of
from tests.architecture.world import World, a_world
from tests.calls import nothing_happens


def test_every_page_is_in_the_table() -> None:
    assert {page.name for page in pages()} == set(PAGES)


@pytest.fixture
def world(db: None) -> World:
    return a_world()


def test_a_page_lets_in_whom_the_table_says(world: World) -> None:
    wrong = []
    for page in pages():
        row = PAGES[page.name]
        for method, allowed in (("GET", row.get), ("POST", row.post)):
            for username, actor in world.cast.everyone.items():
                status = _try(world, page, method, actor.user)
                if status not in _expected(method, username, allowed):
                    wrong.append(f"{method} {page.name} answers {username} {status}")
    assert wrong == []


def _expected(method: str, username: str, allowed: set[str] | None) -> set[int]:
    """The statuses that will do. Where the door is open, a state may still say no (409, 422)."""
    if allowed is None:
        return {302, 405} if method == "GET" else {405}  # a gesture's address leads to its page
    return {200, 302, 409, 422} if username in allowed else {403}


def test_a_page_sends_strangers_and_leavers_to_sign_in(world: World) -> None:
    with nothing_happens():
        for page in pages():
            for who in (None, world.cast.outsider):
                for method in ("GET", "POST"):
                    answer = ask(world, page, method, who)
                    there = (answer.status_code, answer.get("Location", "").partition("?")[0])
                    assert there == (302, reverse("account_login")), f"{method} {page.name}"


def test_a_form_from_elsewhere_is_refused(world: World) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(world.cast.supervisor.person())
    with nothing_happens():
        for page in pages():
            if PAGES[page.name].post:
                assert client.post(address_of(world, page), body_of(world, page)).status_code == 403, page.name


def _try(world: World, page: Page, method: str, who: Any) -> int:
    """The status of asking, undone afterwards."""
    with transaction.atomic():
        status = int(ask(world, page, method, who).status_code)
        transaction.set_rollback(True)
    return status
