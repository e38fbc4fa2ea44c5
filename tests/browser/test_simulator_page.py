"""The simulated platform's own page: axe-core finds nothing, its figures stay fresh, its switches work."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.person import Person
from tests.browser.test_hostile_texts import HOSTILE, whats_wrong
from tests.takedowns.simulated import Simulated, a_simulator

LOOKS = {"light": ("light", 1440), "dark": ("dark", 1440), "phone": ("light", 390)}


@pytest.fixture
def simulator() -> Iterator[Simulated]:
    with a_simulator() as simulated:
        yield simulated


def a_visitor(chromium: Browser, simulator: Simulated, look: str = "light") -> Person:
    scheme, width = LOOKS[look]
    context = chromium.new_context(
        base_url=simulator.url, color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    return Person(context.new_page())


@pytest.mark.parametrize("look", LOOKS)
def test_the_page_has_no_fault(chromium: Browser, simulator: Simulated, look: str) -> None:
    visitor = a_visitor(chromium, simulator, look)
    found = []
    for _ in range(2):
        visitor.goto("/")
        found += visitor.violations()
        assert visitor.overflow() == 0
        simulator.change("ira:10_gop", "suspend")
        simulator.change("a-very-long-id-" * 12, "reinstate")
    visitor.page.context.close()
    assert (found, visitor.errors) == ([], [])


@pytest.mark.parametrize("name", HOSTILE)
def test_ids_that_want_to_act_are_shown_as_words(chromium: Browser, simulator: Simulated, name: str) -> None:
    visitor = a_visitor(chromium, simulator)
    simulator.change(HOSTILE[name], "suspend")
    found = whats_wrong(visitor, f"/?q={quote(HOSTILE[name], safe='')}", HOSTILE[name], must_show=True)
    visitor.page.context.close()
    assert (found, visitor.errors) == ([], [])


def test_what_takes_effect_appears_by_itself(chromium: Browser, simulator: Simulated) -> None:
    visitor = a_visitor(chromium, simulator)
    visitor.goto("/")
    simulator.change("ira:10_gop", "suspend")
    expect(visitor.page.locator("[data-account='ira:10_gop'][data-state=suspended]")).to_be_visible(timeout=8000)
    expect(visitor.page.locator("[data-figure=suspensions]")).to_have_text("1")
    visitor.page.context.close()
    assert visitor.errors == []


def test_a_fault_is_switched_on_from_the_page(chromium: Browser, simulator: Simulated) -> None:
    visitor = a_visitor(chromium, simulator)
    visitor.goto("/")
    visitor.page.fill("[name=error_percent]", "100")
    visitor.page.get_by_role("button", name="Switch").click()
    visitor.sees("Faults are on")
    visitor.page.context.close()
    assert simulator.change("ira:10_gop", "suspend") == 500
