"""A note by keyboard: drafted, written, edited, and found by whom it names."""

import pytest
from playwright.sync_api import expect

from reviews.models import Draft, Note
from tests.browser.person import Person
from tests.cast import Cast, a_case


@pytest.fixture
def moderator(sign_in, cast: Cast) -> Person:
    a_case()
    person = sign_in(cast.moderator)
    person.press_and_move("n")
    return person


def test_a_note_is_written_and_found_by_whom_it_names(moderator: Person, sign_in, cast: Cast) -> None:
    moderator.press("n")
    moderator.page.keyboard.type("Look at this, @moderator2.")
    expect(moderator.page.locator("[data-draft-status]")).to_contain_text("Draft kept", timeout=10_000)
    assert Draft.objects.get().content["note"] == "Look at this, @moderator2."
    assert moderator.violations() == []
    moderator.page.reload(wait_until="load")
    moderator.press("n")
    expect(moderator.page.locator("#note-text")).to_have_value("Look at this, @moderator2.")
    moderator.page.get_by_role("button", name="Write the note").click()
    expect(moderator.page.locator("#notes .note-text")).to_have_text("Look at this, @moderator2.")
    assert moderator.violations() == []
    named = sign_in(cast.second_moderator)
    named.sees("Notes that name you")
    assert named.violations() == []
    named.page.get_by_role("button", name="Open @").click()
    named.sees("Look at this, @moderator2.")


def test_a_note_is_edited_and_shows_what_it_said(moderator: Person) -> None:
    moderator.press("n")
    moderator.page.keyboard.type("The first words.")
    moderator.page.get_by_role("button", name="Write the note").click()
    moderator.page.locator("#notes summary", has_text="Edit").click()
    moderator.page.locator("#notes li textarea").fill("Two.")
    moderator.page.get_by_role("button", name="Keep the change").click()
    expect(moderator.page.locator("#notes li > .note-text")).to_have_text("Two.")
    moderator.page.locator("#notes summary", has_text="edited").click()
    moderator.sees("The first words.")
    assert Note.objects.get().text == "Two."
