"""The next case comes onto the page without a reload, and no key is lost or hits the wrong case."""

import time

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from reviews.models import Case, Claim, Decision, Policy
from reviews.services.facts import EvidencePost
from tests.browser.person import Person
from tests.cast import Cast, a_case, a_flag, a_policy, an_account

POSTS = (EvidencePost(external_id="1", text="City council considers a ballot measure", language="en"),)


@pytest.fixture
def cases(cast: Cast) -> list[Case]:
    a_policy()
    return [a_case(an_account(followers=10 ** (7 - number)), posts=POSTS) for number in range(4)]


@pytest.fixture
def moderator(sign_in, cast: Cast, cases: list[Case]) -> Person:
    person = sign_in(cast.moderator)
    person.press_and_move("n")
    person.page.evaluate("window.sameDocument = true")
    return person


def choose(person: Person, *keys: str) -> None:
    """Begin to decide, and wait until the next case waits in the browser."""
    with person.page.expect_response(lambda response: response.url.endswith("/ahead/")):
        person.press(*keys)
    person.page.wait_for_timeout(100)


def is_on(person: Person, case: Case) -> None:
    person.page.wait_for_url(lambda url: url.endswith(reverse("reviews:case-detail", args=[case.pk])))


def test_the_next_case_is_shown_without_a_reload(moderator: Person, cases: list[Case]) -> None:
    choose(moderator, "g", "1", "s")
    moderator.press("Enter")
    is_on(moderator, cases[1])
    assert moderator.page.evaluate("window.sameDocument") is True
    expect(moderator.page.locator("[name=outcome]:checked")).to_have_count(0)
    expect(moderator.page.locator("[data-evidence-seen]")).not_to_be_checked()
    moderator.sees("Sent in")
    assert moderator.page.title().startswith(f"@{cases[1].account.handle}")


def test_three_in_a_row_with_the_page_and_without_it(moderator: Person, cases: list[Case]) -> None:
    for following in cases[1:]:
        moderator.press("v", "1", "s", "Enter")
        is_on(moderator, following)
    assert Decision.objects.count() == 3
    assert moderator.page.evaluate("window.sameDocument") is True
    assert moderator.violations() == []


def test_the_new_case_keeps_its_own_draft_and_lease(moderator: Person, cases: list[Case]) -> None:
    choose(moderator, "g", "1", "s")
    moderator.press("Enter")
    is_on(moderator, cases[1])
    moderator.page.fill("#reason", "Half a sentence")
    expect(moderator.page.locator("[data-draft-status]")).to_contain_text("Draft kept", timeout=10_000)
    moderator.page.reload(wait_until="load")
    is_on(moderator, cases[1])
    expect(moderator.page.locator("#reason")).to_have_value("Half a sentence")
    assert Claim.objects.get(case=cases[1], ended_at=None).ahead_of is None


def test_keys_pressed_meanwhile_wait_for_the_next_case_but_enter_never(moderator: Person, cases: list[Case]) -> None:
    choose(moderator, "g", "1", "s")
    moderator.page.route("**/decide/", lambda route: (time.sleep(0.5), route.continue_()))
    moderator.press("Enter", "1", "k", "Enter")
    is_on(moderator, cases[1])
    expect(moderator.page.locator("[name=outcome]:checked")).to_have_value("keep")
    assert list(Decision.objects.values_list("case", "outcome")) == [(cases[0].pk, "suspend")]


def test_keys_pressed_before_a_refusal_hit_nothing(moderator: Person, cases: list[Case]) -> None:
    choose(moderator, "g", "1", "s")
    Claim.objects.filter(case=cases[0]).update(token="another")
    moderator.page.route("**/decide/", lambda route: (time.sleep(0.5), route.continue_()))
    moderator.press("Enter", "k")
    expect(moderator.page.locator("[data-problem=claim-lost]")).to_be_visible()
    expect(moderator.page.locator("[name=outcome]:checked")).to_have_value("suspend")


def test_a_server_that_does_not_answer_loses_nothing(moderator: Person, cases: list[Case]) -> None:
    choose(moderator, "g", "1", "s")
    moderator.page.route("**/decide/", lambda route: route.abort())
    moderator.press("Enter")
    moderator.sees("The server does not answer. Nothing typed is lost; try again.")
    moderator.page.unroute("**/decide/")
    moderator.press("Enter")
    is_on(moderator, cases[1])
    moderator.errors.clear()  # the failed request that this test made


def test_back_leads_to_the_case_before(moderator: Person, cases: list[Case]) -> None:
    moderator.press("g", "1", "s", "Enter")
    is_on(moderator, cases[1])
    moderator.page.go_back()
    is_on(moderator, cases[0])
    moderator.sees("Decided")


def test_a_keep_on_evidence_that_grew_shows_what_is_new_and_asks_again(moderator: Person, cases: list[Case]) -> None:
    moderator.press("1", "k")
    moderator.page.fill("#reason", "My own words.")
    new = (EvidencePost(external_id="9", text="Something that came since", language="en"),)
    a_flag(account=cases[0].account, posts=new, reason="A new reason.")
    moderator.press("Control+Enter")
    moderator.sees("1 flag came in since you looked.")
    moderator.sees("A new reason.")
    expect(moderator.page.locator(".post .tag", has_text="new")).to_have_count(1)
    expect(moderator.page.locator("#reason")).to_have_value("My own words.")
    expect(moderator.page.locator("[name=outcome]:checked")).to_have_value("keep")
    assert not Decision.objects.exists()
    moderator.press("Control+Enter")
    is_on(moderator, cases[1])
    assert Decision.objects.get().evidence_version == 2


# ── evidence and length ──────────────────────────────────────────────────────────────────────────────────
def test_a_suspension_stays_closed_until_the_flagged_posts_were_seen(moderator: Person, cases: list[Case]) -> None:
    moderator.press("1", "s", "Enter")
    moderator.sees("Look at the flagged posts first: G shows them.")
    assert not Decision.objects.exists()
    moderator.press("g")
    expect(moderator.page.locator(".post-text.veil")).to_have_count(0)
    moderator.page.evaluate("document.activeElement.blur()")
    moderator.press("Enter")
    is_on(moderator, cases[1])
    assert Decision.objects.get().evidence_seen == ["1"]


def test_a_post_that_was_shown_is_seen(moderator: Person) -> None:
    moderator.press("j", "Space")
    expect(moderator.page.locator("[data-evidence-seen]")).to_be_checked()
    moderator.press("g")
    expect(moderator.page.locator("[data-seen-mark]")).to_be_hidden()


def test_another_length_asks_why(moderator: Person, cases: list[Case]) -> None:
    Policy.objects.update(ladder=[30, 90])
    moderator.page.reload(wait_until="load")
    moderator.press("g", "1", "s")
    expect(moderator.page.locator("#length-reason")).to_be_hidden()
    moderator.page.get_by_text("90 days", exact=True).click()
    moderator.press("Control+Enter")
    moderator.sees("Say why it isn’t the proposed length.")
    moderator.page.fill("#length-reason", "The third time.")
    moderator.press("Control+Enter")
    is_on(moderator, cases[1])
    assert (Decision.objects.get().proposed_days, Decision.objects.get().length_reason) == (30, "The third time.")
