"""Every page, in every theme, direction and size: axe-core finds nothing, and nothing scrolls sideways."""

import pytest
from playwright.sync_api import Browser

from staff.services import people
from tests.browser.person import Person
from tests.browser.speech import latin_words
from tests.browser.stage import Stage, a_stage
from tests.cast import Cast

LOOKS = {
    "light": {"dark": False, "width": 1440, "height": 900},
    "dark": {"dark": True, "width": 1440, "height": 900},
    "phone": {"dark": False, "width": 390, "height": 844},
}


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return a_stage(cast)


THEMES = [(scheme, contrast) for contrast in ("no-preference", "more") for scheme in ("light", "dark")]
SETTLED = """async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const ending = document.getAnimations().filter((each) => each.effect.getComputedTiming().endTime !== Infinity);
  await Promise.all(ending.map((each) => each.finished.catch(() => {})));
}"""
SIZES = {"wide": (1440, 900), "phone": (390, 844), "zoomed to 200 %": (720, 450)}


def faults(person: Person, path: str) -> list[str]:
    """What is wrong with the page at `path`: in each theme at a desk, and in each size."""
    person.page.emulate_media(color_scheme="light", contrast="no-preference", reduced_motion="reduce")
    person.goto(path)
    found = []
    for scheme, contrast in THEMES:
        person.page.emulate_media(color_scheme=scheme, contrast=contrast, reduced_motion="reduce")
        person.page.evaluate(SETTLED)  # colours have turned into those of the theme
        found += [f"{path} in {scheme}, contrast {contrast}: {violation}" for violation in person.violations()]
    for size, (width, height) in SIZES.items():
        person.page.set_viewport_size({"width": width, "height": height})
        if wider := person.overflow():
            found.append(f"{path} is {wider} px wider than its window when {size}")
    found += [f"{path} on a small screen: {violation}" for violation in person.violations()]
    person.page.set_viewport_size({"width": 1440, "height": 900})
    return found


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_has_a_fault(sign_in, cast: Cast, stage: Stage, language: str) -> None:
    found = []
    for username, paths in stage.visits.items():
        people.choose_language(cast.everyone[username], language=language)
        person = sign_in(cast.everyone[username])
        for path in paths:
            found += faults(person, path)
            if language == "ar":
                found += [f"{path} says {words}" for words in latin_words(person.page)]
    assert found == []


@pytest.mark.parametrize("look", LOOKS)
def test_what_opens_on_a_page_has_no_fault(sign_in, cast: Cast, stage: Stage, look: str) -> None:
    person = sign_in(cast.moderator, **LOOKS[look])
    person.goto(stage.case)
    person.press("1", "s", "v")
    found = person.violations()
    person.press("Shift+?")
    found += person.violations()
    person.press("Escape")
    person.page.locator("[popovertarget=me]").click()
    found += person.violations()
    person.page.locator("[data-dialog=settings]").first.click()
    found += person.violations()
    assert found == []


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("key", ["x", "h", "e", "Shift+T"])
def test_what_asks_on_the_way_out_of_a_case_has_no_fault(sign_in, cast: Cast, stage: Stage, look: str, key: str):
    person = sign_in(cast.moderator, **LOOKS[look])
    person.goto(stage.case)
    person.press(key)
    assert (person.page.locator("dialog[open]").count(), person.violations(), person.overflow()) == (1, [], 0)


@pytest.mark.parametrize("look", LOOKS)
def test_what_opens_on_an_endpoints_page_has_no_fault(sign_in, cast: Cast, stage: Stage, look: str) -> None:
    person = sign_in(cast.administrator, **LOOKS[look])
    person.goto(stage.visits["administrator"][3])
    found = []
    for name in ("rotate", "disable"):
        person.page.locator(f"[data-dialog={name}]").click()
        found += person.violations()
        person.press("Escape")
    person.page.locator("[data-dialog=rotate]").click()
    person.page.locator("#rotate [type=submit].btn-main").click()
    person.page.locator("#secret").wait_for()
    assert found + person.violations() == []
    assert person.page.input_value("#secret").startswith("whsec_")


@pytest.mark.parametrize("look", LOOKS)
def test_the_sign_in_pages_have_no_fault(chromium: Browser, live_server, look: str) -> None:
    size = {"width": LOOKS[look]["width"], "height": LOOKS[look]["height"]}
    scheme = "dark" if LOOKS[look]["dark"] else "light"
    context = chromium.new_context(base_url=live_server.url, viewport=size, color_scheme=scheme)
    person = Person(context.new_page())
    assert faults(person, "/sign-in/login/") == []
    person.page.fill("#id_login", "nobody")
    person.page.fill("#id_password", "wrong")
    person.press("Enter")
    person.page.get_by_role("alert").wait_for()
    assert person.violations() == []
    assert faults(person, "/sign-in/inactive/") + faults(person, "/sign-in/signup/") == []
    context.close()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_case_fits_one_screen(sign_in, cast: Cast, stage: Stage, language: str) -> None:
    people.choose_language(cast.moderator, language=language)
    person = sign_in(cast.moderator)
    person.goto(stage.case)
    assert person.page.evaluate("document.documentElement.scrollHeight") <= 900


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize(("width", "folded"), [(1376, False), (1375, True), (1024, True)])
def test_a_supervisors_navigation_stands_in_one_row_or_is_folded(
    sign_in, cast: Cast, language: str, width: int, folded: bool
) -> None:
    people.choose_language(cast.supervisor, language=language)
    person = sign_in(cast.supervisor, width=width)
    assert person.page.locator(".menu-button").is_visible() is folded
    ends = "nav => [nav.scrollWidth - nav.clientWidth, document.querySelector('.topbar').scrollWidth - innerWidth]"
    assert folded or max(person.page.locator("#mainnav").evaluate(ends)) <= 0
    assert person.overflow() == 0
