"""A case worked in Arabic, on an Arabic keyboard: the pages speak Arabic, and keys go by their place."""

from datetime import date

import pytest
from playwright.sync_api import Browser, expect

from accounts.services import topics
from accounts.services.observations import ObservationFacts, observe
from accounts.services.topics import Tracked
from insights.services import refreshing
from reviews.choices import DecisionState
from reviews.models import Decision
from reviews.services.facts import EvidencePost
from staff.actors import SYSTEM
from staff.services import people
from tests.browser.keyboards import ArabicKeyboard
from tests.browser.person import Person
from tests.browser.speech import latin_words
from tests.cast import Cast, a_case, a_decision, a_policy, an_account

POSTS = (EvidencePost(external_id="1", text="City council considers a ballot measure", language="en"),)


@pytest.fixture
def moderator(sign_in, cast: Cast) -> Person:
    """The moderator, who reads the pages in Arabic, at the first page; two cases wait."""
    a_policy(ladder=[30, 0])
    for followers in (900, 100):
        a_case(an_account(followers=followers), posts=POSTS)
    people.choose_language(cast.moderator, language="ar")
    return sign_in(cast.moderator)


@pytest.fixture
def keyboard(moderator: Person) -> ArabicKeyboard:
    return ArabicKeyboard(moderator.page)


def test_a_case_is_decided_and_undone_on_an_arabic_keyboard(moderator: Person, keyboard: ArabicKeyboard) -> None:
    keyboard.press("KeyN")
    moderator.page.wait_for_url("**/cases/*/")
    first = moderator.page.url
    keyboard.press("Digit1", "KeyS", "KeyG")
    expect(moderator.page.locator("[data-summary] b")).to_contain_text("تعليق")
    assert latin_words(moderator.page) == []
    moderator.press("Enter")
    moderator.page.wait_for_url(lambda url: url != first)
    keyboard.press("KeyU")
    moderator.sees("لم يُرسل شيء")
    decision = Decision.objects.get()
    assert (decision.outcome, decision.state) == ("suspend", DecisionState.UNDONE)


def test_the_list_of_keys_opens_by_the_arabic_question_mark(moderator: Person, keyboard: ArabicKeyboard) -> None:
    keyboard.press_shifted("Slash", "؟")
    lines = moderator.page.locator("#shortcuts[open] [data-shortcut-list] li")
    expect(lines.filter(has_text="بدء الحالة التالية").locator("kbd")).to_have_text("N")


def test_letters_that_are_typed_are_no_keys(moderator: Person, keyboard: ArabicKeyboard) -> None:
    keyboard.press("KeyN")
    moderator.page.wait_for_url("**/cases/*/")
    reason = moderator.page.locator("#reason")
    keyboard.press("Digit1", "KeyR")
    expect(reason).to_be_focused()
    reason.fill("")
    keyboard.press("KeyS", "KeyK")
    expect(reason).to_have_value("سن")
    assert moderator.page.locator("[name=outcome]:checked").count() == 0


@pytest.fixture
def figures(cast: Cast) -> None:
    """Decisions, flags and a topic with a month that nobody watched, all counted."""
    a_decision(cast.moderator)
    account = an_account("seen:1", followers=10)
    topic = topics.define(SYSTEM, slug="threat", title="تهديد", definition="What counts.")
    topics.track(SYSTEM, topic=topic, rows=[Tracked(account.pk, "countering", "school")])
    for month in (date(2025, 1, 1), date(2025, 4, 1)):
        observe([ObservationFacts(account.pk, month, 31, 1, {"ar": 31}, 9)])
    refreshing.refresh(SYSTEM)


@pytest.mark.parametrize("path", ["/statistics/", "/statistics/topics/threat/", "/statistics/definitions/flags/"])
def test_figures_and_charts_are_in_arabic(sign_in, cast: Cast, figures: None, path: str) -> None:
    people.choose_language(cast.auditor, language="ar")
    person = sign_in(cast.auditor)
    person.goto(path)
    assert (latin_words(person.page), person.violations(), person.overflow()) == ([], [], 0)


def test_time_runs_to_the_left_in_a_chart(sign_in, cast: Cast, figures: None) -> None:
    people.choose_language(cast.auditor, language="ar")
    person = sign_in(cast.auditor)
    person.goto("/statistics/topics/threat/")
    labels = person.page.locator("[data-chart=chart-traffic] svg text")
    first, last = (labels.filter(has_text=month).first.bounding_box() for month in ("يناير", "إبريل"))
    assert first["x"] > last["x"]


def test_the_sign_in_pages_are_in_the_browsers_language(chromium: Browser, live_server) -> None:
    context = chromium.new_context(base_url=live_server.url, locale="ar")
    person, found = Person(context.new_page()), []
    for path in ("/sign-in/inactive/", "/sign-in/signup/", "/sign-in/login/"):
        person.goto(path)
        found += [*latin_words(person.page), *person.violations()]
    person.page.fill("#id_login", "nobody")
    person.page.fill("#id_password", "wrong")
    person.press("Enter")
    person.page.get_by_role("alert").wait_for()
    found += latin_words(person.page)
    context.close()
    assert found == []


def test_a_person_chooses_arabic_from_the_menu(sign_in, cast: Cast) -> None:
    person = sign_in(cast.auditor)
    person.goto("/audit/?action=case.")
    person.page.locator("[popovertarget=me]").click()
    person.page.locator("[data-dialog=settings]").click()
    person.page.get_by_role("button", name="العربية").click()
    expect(person.page.locator("html")).to_have_attribute("dir", "rtl")
    assert person.page.url.endswith("/audit/?action=case.")
