"""The system's Chromium, driven by Playwright. Without one these tests are skipped, or fail when REQUIRE_BROWSER=1."""

import os
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connections
from playwright.sync_api import Browser, sync_playwright

from staff.actors import Actor
from tests.browser.chromium import SWITCHES, installed
from tests.browser.person import Person
from tests.cast import PASSWORD

MISSING = "NO BROWSER: install Debian's chromium, or these pages go untested (REQUIRE_BROWSER=1 makes this a failure)"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is marked `browser`."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, one for all tests."""
    path = installed()
    if path is None:
        (pytest.fail if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip)(MISSING)
    # Playwright's synchronous interface runs an event loop in this thread, which Django takes for an async view.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield browser
        browser.close()
        connections.close_all()  # those that tests opened under that loop: nobody finds them once it is gone
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def sign_in(chromium: Browser, live_server) -> Iterator[Callable[..., Person]]:
    """`sign_in(actor, dark=False, width=1440, height=900)`: that person at the first page, signed in through the form.

    At the end of the test no page may have written an error to its console: a broken script, or a breach of the CSP.
    """
    people: list[Person] = []

    def arrive(actor: Actor, *, dark: bool = False, width: int = 1440, height: int = 900) -> Person:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
        )
        person = Person(context.new_page())
        people.append(person)
        person.sign_in(actor.person().username, PASSWORD)
        return person

    yield arrive
    for person in people:
        person.page.close()  # what it still says is on its way now
        person.page.context.close()
    time.sleep(0.2 if people else 0)  # the live server has taken it up
    assert [error for person in people for error in person.errors] == []
