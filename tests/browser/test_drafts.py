"""What a moderator typed survives: a reload, a lost connection, a lost claim, another browser."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from common import clock
from reviews.models import Case, Claim, Decision, Draft
from reviews.services import claims
from tests.browser.person import Person
from tests.cast import Cast, a_case, a_policy


@pytest.fixture
def case(cast: Cast) -> Case:
    a_policy(ladder=[30, 90, 0])
    return a_case()


@pytest.fixture
def moderator(sign_in, cast: Cast, case: Case) -> Person:
    person = sign_in(cast.moderator)
    person.press_and_move("n")
    return person


def type_half(person: Person) -> None:
    person.press("1", "s")
    person.page.fill("#reason", "Half a sentence")


def is_kept(person: Person) -> None:
    expect(person.page.locator("[data-draft-status]")).to_contain_text("Draft kept", timeout=10_000)


def reads_it_again(person: Person) -> None:
    expect(person.page.locator("#reason")).to_have_value("Half a sentence")
    expect(person.page.locator("[name=outcome]:checked")).to_have_value("suspend")
    expect(person.page.locator("[name=length]:checked")).to_have_value("30")


def test_another_browser_of_the_same_person_goes_on(moderator: Person, sign_in, cast: Cast, case: Case) -> None:
    type_half(moderator)
    is_kept(moderator)
    elsewhere = sign_in(cast.moderator)
    elsewhere.goto(reverse("reviews:case-detail", args=[case.pk]))
    reads_it_again(elsewhere)


def test_a_reload_at_once_loses_nothing(moderator: Person) -> None:
    type_half(moderator)
    moderator.page.reload(wait_until="load")
    reads_it_again(moderator)


def test_a_lost_connection_is_said_and_made_good(moderator: Person) -> None:
    moderator.page.route("**/draft/", lambda route: route.abort())
    type_half(moderator)
    expect(moderator.page.locator("[data-draft-status]")).to_contain_text("Kept in this tab", timeout=10_000)
    assert not Draft.objects.exists()
    moderator.page.unroute("**/draft/")
    is_kept(moderator)
    assert Draft.objects.get().content["reason"] == "Half a sentence"
    moderator.errors.clear()  # the failed requests that this test made


def test_many_words_are_few_saves(moderator: Person) -> None:
    saves: list[str] = []
    moderator.page.on("request", lambda request: saves.append(request.url) if request.url.endswith("/draft/") else None)
    moderator.press("r")
    moderator.page.keyboard.type("A sentence of many letters, typed quickly.")
    is_kept(moderator)
    assert len(saves) <= 2


def test_who_lost_the_claim_copies_what_they_typed_after_a_reload(moderator: Person, cast: Cast, case: Case) -> None:
    type_half(moderator)
    is_kept(moderator)
    Claim.objects.filter(case=case).update(expires_at=clock.now() - timedelta(seconds=1))
    claims.claim(cast.second_moderator, case_id=case.pk)
    moderator.page.reload(wait_until="load")
    moderator.sees("Half a sentence")
    moderator.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    moderator.page.get_by_role("button", name="Copy what I typed").click()
    moderator.sees("Copied")
    assert moderator.page.evaluate("navigator.clipboard.readText()") == "Half a sentence"


def test_the_draft_goes_with_the_decision(moderator: Person, case: Case) -> None:
    type_half(moderator)
    is_kept(moderator)
    moderator.press("Escape")
    moderator.press_and_move("Enter")
    assert (Decision.objects.count(), Draft.objects.count()) == (1, 0)
