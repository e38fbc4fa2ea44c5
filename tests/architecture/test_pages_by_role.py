"""Every page × every role: who gets in, who is refused, and that nobody does who isn't signed in.

A new page makes `test_every_page_is_in_the_table` fail until its row says who may open it.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.architecture.doors import Page, pages
from tests.architecture.world import World, a_world
from tests.calls import nothing_happens

MODERATORS = {"moderator", "moderator2", "senior", "supervisor"}
READERS = MODERATORS | {"auditor"}
AUDITORS = {"supervisor", "auditor", "administrator"}
EVERYBODY = READERS | {"administrator"}
HOLDING = {"claim_token": "{token}"}
DECIDING = HOLDING | {
    "evidence_version": "1",
    "outcome": "keep",
    "policy": "coordinated_inauthentic_behaviour",
    "reason": "It is not so.",
    "length": "0",
}


@dataclass(frozen=True)
class Row:
    """Who may use a page by which method. `body` is what a form sends; `held` puts the case that the moderator holds
    into the address."""

    get: set[str] | None = None
    post: set[str] | None = None
    body: dict[str, str] = field(default_factory=dict)
    held: bool = False


PAGES = {
    "reviews:queue-list": Row(get=EVERYBODY),  # who sees no queue is led on to what they may see
    "reviews:queue-next": Row(post=MODERATORS),
    "reviews:case-detail": Row(get=READERS),
    "reviews:case-claim": Row(post=MODERATORS),
    "reviews:case-renew": Row(post=MODERATORS, body=HOLDING, held=True),
    "reviews:case-release": Row(post=MODERATORS, body=HOLDING, held=True),
    "reviews:case-skip": Row(post=MODERATORS, body=HOLDING, held=True),
    "reviews:case-decide": Row(post=MODERATORS, body=DECIDING, held=True),
    "reviews:case-news": Row(get=READERS),
    "reviews:decision-undo": Row(post={"moderator", "senior", "supervisor"}),  # the decider, and those above
    "reviews:account-detail": Row(get=READERS),
    "reviews:batch-list": Row(get=READERS),
    "reviews:batch-new": Row(get=MODERATORS, post=MODERATORS),
    "reviews:batch-detail": Row(get=READERS),
    "reviews:batch-approve": Row(post={"supervisor"}),
    "reviews:batch-start": Row(post=MODERATORS),
    "reviews:batch-cancel": Row(post=MODERATORS),
    "insights:statistics-overview": Row(get=EVERYBODY),
    "insights:statistics-topic": Row(get=EVERYBODY),
    "insights:statistics-definitions": Row(get=EVERYBODY),
    "insights:statistics-definition": Row(get=EVERYBODY),
    "insights:statistics-export": Row(post=EVERYBODY),
    "insights:audit-list": Row(get=AUDITORS),
    "insights:audit-export": Row(post=AUDITORS),
}


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
                if status not in _expected(username, allowed):
                    wrong.append(f"{method} {page.name} answers {username} {status}")
    assert wrong == []


def _expected(username: str, allowed: set[str] | None) -> set[int]:
    """The statuses that will do. Where the door is open, a state may still say no (409, 422)."""
    if allowed is None:
        return {405}
    return {200, 302, 409, 422} if username in allowed else {403}


def test_a_page_sends_strangers_and_leavers_to_sign_in(world: World) -> None:
    with nothing_happens():
        for page in pages():
            for who in (None, world.cast.outsider):
                for method in ("GET", "POST"):
                    answer = _ask(world, page, method, who)
                    there = (answer.status_code, answer.get("Location", "").partition("?")[0])
                    assert there == (302, reverse("account_login")), f"{method} {page.name}"


def test_a_form_from_elsewhere_is_refused(world: World) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(world.cast.supervisor.person())
    with nothing_happens():
        for page in pages():
            if PAGES[page.name].post:
                assert client.post(_address(world, page), _body(world, page)).status_code == 403, page.name


def _try(world: World, page: Page, method: str, who: Any) -> int:
    """The status of asking, undone afterwards."""
    with transaction.atomic():
        status = int(_ask(world, page, method, who).status_code)
        transaction.set_rollback(True)
    return status


def _ask(world: World, page: Page, method: str, who: Any) -> Any:
    client = Client(raise_request_exception=False)
    if who is not None:
        client.force_login(who)
    send = client.get if method == "GET" else client.post
    return send(_address(world, page), _body(world, page) if method == "POST" else None)


def _body(world: World, page: Page) -> dict[str, str]:
    return {name: value.format(token=world.token) for name, value in PAGES[page.name].body.items()}


def _address(world: World, page: Page) -> str:
    given = world.arguments | ({"case_id": world.held.pk} if PAGES[page.name].held else {})
    return reverse(page.name, kwargs={name: given[name] for name in page.arguments})
