"""How the case page behaves under the hands: evidence, keys, what is typed, a lost claim."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.services import posts
from accounts.services.posts import PostFacts
from audit.models import Entry
from common import clock
from reviews.choices import DecisionState
from reviews.models import Case, Claim, Decision, Queue, Skip, Threat
from reviews.rules.humane import HumaneRule
from reviews.services import claims, handing, rules
from reviews.services.facts import EvidencePost, LegalBasis
from staff.models import User
from tests.browser.person import Person
from tests.cast import PASSWORD, Cast, a_case, a_flag, a_policy, an_account

ENGLISH = EvidencePost(external_id="1", text="City council considers a ballot measure", language="en")
# The first request of the page waits, as on a slow line, until letGo().
HOLD_THE_FIRST = """() => {
  const send = window.fetch;
  window.fetch = (...asked) => {
    window.fetch = send;
    return new Promise((held) => (window.letGo = () => held(send(...asked))));
  };
}"""
ARABIC = EvidencePost(external_id="2", text="@user000150 يا عمي طيب https://t.co/removed", language="ar")


@pytest.fixture
def case(cast: Cast) -> Case:
    a_policy(ladder=[30, 90, 0])
    a_policy("impersonation", title="Impersonation", position=1)
    return a_case(posts=(ENGLISH, ARABIC))


@pytest.fixture
def moderator(sign_in, cast: Cast, case: Case) -> Person:
    """The moderator with the case before them."""
    person = sign_in(cast.moderator)
    person.press_and_move("n")
    return person


def text_of(person: Person, external_id: str) -> str:
    words = {"1": "City council", "2": "يا عمي"}[external_id]
    return f".post-text:has-text('{words}')"


def test_a_post_is_shown_and_hidden_again_by_keyboard(moderator: Person) -> None:
    moderator.press("j", "Space")
    first = moderator.page.locator(".post").first.locator(".post-text")
    expect(first).not_to_have_attribute("inert", "")
    moderator.press("Space")
    expect(first).to_have_attribute("aria-hidden", "true")


def test_all_posts_are_shown_at_once(moderator: Person) -> None:
    moderator.press("v")
    expect(moderator.page.locator(".post-text.veil")).to_have_count(0)
    expect(moderator.page.locator("[data-reveal-all]")).to_have_attribute("aria-pressed", "true")


def test_each_post_keeps_its_own_side(moderator: Person) -> None:
    moderator.press("v")
    assert moderator.page.locator(text_of(moderator, "1")).get_attribute("dir") == "ltr"
    arabic = moderator.page.locator(text_of(moderator, "2"))
    assert (arabic.get_attribute("dir"), arabic.get_attribute("lang")) == ("rtl", "ar")
    assert arabic.evaluate("text => getComputedStyle(text).textAlign") == "start"


def test_keys_go_by_their_place_on_an_arabic_keyboard(moderator: Person) -> None:
    moderator.page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'س', code: 'KeyS', bubbles: true}))"
    )
    expect(moderator.page.locator("[name=outcome][value=suspend]")).to_be_checked()


def test_keys_rest_while_one_types(moderator: Person) -> None:
    moderator.press("r")
    moderator.page.keyboard.type("sk1")
    expect(moderator.page.locator("#reason")).to_have_value("sk1")
    expect(moderator.page.locator("[name=outcome]:checked")).to_have_count(0)


def test_keys_can_be_turned_off(moderator: Person) -> None:
    moderator.page.get_by_role("button", name="Pseudonym of moderator").click()
    moderator.page.get_by_role("link", name="What you see, and how").click()
    moderator.page.locator("[data-pref=keys][value=off]").check(force=True)
    moderator.press("Escape", "s")
    expect(moderator.page.locator("[name=outcome]:checked")).to_have_count(0)


def test_the_list_of_keys_names_what_is_on_the_page(moderator: Person) -> None:
    moderator.press("Shift+?")
    told = moderator.page.locator("#shortcuts").inner_text()
    assert [words in told for words in ("Suspend", "Keep", "Decide and go on", "Next post")] == [True] * 4


def test_the_list_names_undo_while_it_has_nothing_to_do(moderator: Person) -> None:
    moderator.press("Shift+?")
    lines = moderator.page.locator("#shortcuts li").all_inner_texts()
    assert {"Undo the last decision\nU", "Add a note\nN"} <= set(lines)


def test_undo_says_when_there_is_nothing_to_undo(moderator: Person) -> None:
    following = a_case(an_account(followers=1))
    moderator.press("v", "1", "s")
    moderator.press_and_move("Enter")
    moderator.press("u")
    moderator.sees("waits again. Nothing was sent.")
    moderator.press("u")
    moderator.sees("Nothing to undo: none of your decisions is in its undo window.")
    assert Decision.objects.get().state == DecisionState.UNDONE
    assert moderator.page.url.endswith(reverse("reviews:case-detail", args=[following.pk]))


def test_a_policy_brings_its_length_and_its_reason(moderator: Person) -> None:
    moderator.press("1", "s")
    expect(moderator.page.locator("#reason")).to_have_value("It is so.")
    expect(moderator.page.locator("[name=length]:checked")).to_have_value("30")
    expect(moderator.page.locator("[data-summary]")).to_contain_text("Suspend for 30 days, until")


def test_what_one_typed_is_never_replaced(moderator: Person) -> None:
    moderator.page.fill("#reason", "My own words.")
    moderator.press("Escape", "1", "k", "2", "s")
    expect(moderator.page.locator("#reason")).to_have_value("My own words.")


def test_what_is_missing_gets_the_focus_and_is_said(moderator: Person) -> None:
    moderator.press("s", "Enter")
    moderator.sees("Pick a policy first.")
    assert moderator.page.evaluate("document.activeElement.name") == "policy"
    assert not Decision.objects.exists()


def test_control_enter_decides_while_typing(moderator: Person, case: Case) -> None:
    moderator.press("g", "1", "s", "r")
    moderator.page.keyboard.type(" More.")
    moderator.press_and_move("Control+Enter")
    assert Decision.objects.get(case=case).reason.endswith("More.")


def test_a_reload_loses_nothing(moderator: Person) -> None:
    moderator.press("2", "s")
    moderator.page.fill("#reason", "Half a sentence")
    moderator.page.reload(wait_until="load")
    expect(moderator.page.locator("#reason")).to_have_value("Half a sentence")
    expect(moderator.page.locator("[name=policy]:checked")).to_have_value("impersonation")


def test_a_lost_claim_says_who_has_it_and_keeps_what_was_typed(moderator: Person, cast: Cast, case: Case) -> None:
    moderator.press("g", "1", "s")
    moderator.page.fill("#reason", "My own words.")
    Claim.objects.filter(case=case).update(expires_at=clock.now() - timedelta(seconds=1))
    claims.claim(cast.second_moderator, case_id=case.pk)
    moderator.press("Control+Enter")
    moderator.sees("Pseudonym of moderator2 has this case since")
    expect(moderator.page.locator("#reason")).to_have_value("My own words.")
    assert moderator.page.locator("#reason").get_attribute("readonly") is not None
    expect(moderator.page.locator(".btn-decide")).to_be_hidden()


def test_skip_brings_the_next_case(moderator: Person) -> None:
    following = a_case(an_account(followers=1))
    moderator.press("x")
    moderator.sees("Skip: why?")
    moderator.press("s")  # only the dialog's own keys work while it is open
    moderator.press_and_move("2")
    assert Skip.objects.get().why == "subject"
    assert moderator.page.url.endswith(reverse("reviews:case-detail", args=[following.pk]))


def test_a_case_is_held_and_gone_on_with_by_keys_alone(moderator: Person, case: Case) -> None:
    moderator.press("h")
    moderator.page.keyboard.type("A translation comes.")
    moderator.press("Tab", "Tab")
    moderator.press_and_move("Enter")
    moderator.goto("/")
    moderator.sees("A translation comes.")
    moderator.press_and_move("h")
    assert moderator.page.url.endswith(reverse("reviews:case-detail", args=[case.pk]))


def test_a_question_that_comes_too_late_stays_as_it_was_typed(moderator: Person, case: Case, cast: Cast) -> None:
    Queue.objects.create(slug="hard", title="Hard ones")
    moderator.page.reload()
    moderator.press("e")
    moderator.page.keyboard.type("Is this satire?")
    handing.take_back(cast.supervisor, case_id=case.pk)
    moderator.press("Tab", "Tab", "Enter")
    moderator.sees("Your claim on this case has ended")
    expect(moderator.page.locator("#escalate-question")).to_have_value("Is this satire?")


def test_the_lease_counts_down(moderator: Person) -> None:
    lease = moderator.page.locator("[data-left-words]").first
    before = lease.inner_text()
    expect(lease).not_to_have_text(before, timeout=5000)
    assert re.fullmatch(r"4:5\d", lease.inner_text())


def test_find_leaves_the_posts_that_hold_the_words(moderator: Person) -> None:
    moderator.press("f")
    moderator.page.keyboard.type("ballot")
    expect(moderator.page.locator(".post:visible")).to_have_count(1)
    moderator.sees("1 found")


def test_signed_out_the_page_stays_and_the_draft_survives_a_new_sign_in(moderator: Person, case: Case) -> None:
    moderator.press("g", "1", "s")
    moderator.page.fill("#reason", "My own words.")
    moderator.page.context.clear_cookies(name="sessionid")
    moderator.press("Control+Enter")
    moderator.sees("You have been signed out.")
    expect(moderator.page.locator("#reason")).to_have_value("My own words.")
    moderator.page.get_by_role("link", name="Sign in and go on").click()
    moderator.page.fill("#id_login", "moderator")
    moderator.page.fill("#id_password", PASSWORD)
    moderator.press_and_move("Enter")
    assert moderator.page.url.endswith(reverse("reviews:case-detail", args=[case.pk]))
    expect(moderator.page.locator("#reason")).to_have_value("My own words.")
    expect(moderator.page.locator("[name=outcome]:checked")).to_have_value("suspend")


def test_the_draft_is_nobody_elses(moderator: Person, cast: Cast, case: Case) -> None:
    moderator.page.fill("#reason", "My own words.")
    expect(moderator.page.locator("[data-draft-status]")).to_contain_text("Draft kept", timeout=10_000)
    moderator.goto("/statistics/")  # a case that is open would fetch a cookie of its own meanwhile
    moderator.page.context.clear_cookies()
    Claim.objects.filter(case=case).update(expires_at=clock.now() - timedelta(seconds=1))
    claims.claim(cast.second_moderator, case_id=case.pk)
    moderator.sign_in("moderator2", PASSWORD)
    moderator.goto(reverse("reviews:case-detail", args=[case.pk]))
    expect(moderator.page.locator("#reason")).to_have_value("")


def test_a_cleared_reason_stays_empty_and_is_refused(moderator: Person) -> None:
    moderator.press("1", "s")
    moderator.page.fill("#reason", "")
    moderator.press("Escape", "Enter")
    moderator.sees("Say why: the owner will read it.")
    expect(moderator.page.locator("#reason")).to_have_value("")
    assert not Decision.objects.exists()


def test_enter_looks_through_all_posts_when_the_page_shows_only_some(moderator: Person, case: Case) -> None:
    words = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
    many = [f"{one} and then {another}, day after day" for one in words for another in words]
    facts = [
        PostFacts(account_id=case.account_id, external_id=f"more:{number}", text=text)
        for number, text in enumerate(many)
    ]
    posts.capture(facts, at=clock.now())
    moderator.page.reload(wait_until="load")
    expect(moderator.page.locator(".post")).to_have_count(50)
    moderator.press("v", "f")
    moderator.page.keyboard.type("third ninth")
    moderator.press("Enter")
    moderator.sees("2 found")
    expect(moderator.page.locator(".post")).to_have_count(2)
    expect(moderator.page.locator("[data-evidence-seen]")).to_be_checked()
    assert Entry.objects.get(action="evidence.searched").detail == {"found": 2}


def test_hidden_text_is_blurred_as_one_likes_and_on_every_machine(moderator: Person, sign_in, cast: Cast) -> None:
    blur = "getComputedStyle(document.querySelector('.veil')).filter"
    moderator.press("b")
    assert moderator.page.evaluate(blur) == "blur(12px) grayscale(1)"
    moderator.press("Shift+B")
    assert moderator.page.evaluate(blur) == "blur(12px) grayscale(0)"
    moderator.press("b")
    assert moderator.page.evaluate("getComputedStyle(document.querySelector('.veil')).visibility") == "hidden"
    expect(moderator.page.locator("#voice")).to_have_text("Blur hidden text: Not drawn")
    moderator.page.wait_for_function(
        "() => performance.getEntriesByName(location.origin + '/preferences/').length === 3"
    )
    elsewhere = sign_in(cast.moderator).page.locator("html")
    assert (elsewhere.get_attribute("data-blur"), elsewhere.get_attribute("data-grey")) == ("4", "off")


def test_choices_arrive_in_the_order_in_which_they_were_made(moderator: Person, cast: Cast) -> None:
    moderator.page.evaluate(HOLD_THE_FIRST)
    moderator.press("b", "b")
    expect(moderator.page.locator("#voice")).to_have_text("Blur hidden text: Not drawn")
    with moderator.page.expect_response(lambda response: response.request.post_data == "blur=4"):
        moderator.page.evaluate("letGo()")
    assert User.objects.get(pk=cast.moderator.person().pk).preferences["blur"] == 4


def test_what_is_hidden_follows_the_choice_at_once(moderator: Person) -> None:
    veiled = moderator.page.locator(".post-text.veil")
    expect(veiled).to_have_count(2)
    moderator.page.get_by_role("link", name="Change").click()
    choice = moderator.page.locator("#settings select[name=veil_from]")
    choice.select_option("3")
    expect(veiled).to_have_count(0)
    choice.select_option("")
    expect(veiled).to_have_count(2)


def test_a_hidden_text_is_not_in_the_tree_that_screen_readers_read(moderator: Person) -> None:
    assert "City council" not in moderator.page.locator("main").aria_snapshot()
    moderator.press("v")
    assert "City council" in moderator.page.locator("main").aria_snapshot()


def test_a_threat_is_raised_by_one_key_and_a_yes(moderator: Person, case: Case) -> None:
    moderator.press("Shift+T")
    expect(moderator.page.locator("#threat")).to_be_visible()
    assert moderator.violations() == []
    moderator.press("Enter")
    moderator.sees("Raised as a threat against staff")
    assert Threat.objects.get().case == case


def test_something_lighter_comes_by_one_key(moderator: Person, case: Case) -> None:
    following = a_case()
    moderator.press_and_move("l")
    assert moderator.page.url.endswith(f"/cases/{following.pk}/")
    assert Case.objects.get(pk=case.pk).state == "waiting"


def test_the_other_ways_out_stand_in_a_menu(moderator: Person) -> None:
    moderator.page.get_by_role("button", name="More ways out").click()
    assert moderator.violations() == []
    moderator.page.get_by_role("button", name="Give back").click()
    moderator.sees("waits in its queue again")


AT_CASES = """minutes => localStorage.setItem(
    'caseload:at-cases', JSON.stringify({since: Date.now() - minutes * 60000, last: Date.now()})
)"""
BREAK = "A break? You have been at cases for 50 minutes."


def test_a_break_is_called_to_mind_quietly_and_put_away(moderator: Person, cast: Cast, case: Case) -> None:
    rules.set_humane(cast.supervisor, HumaneRule(break_minutes=50))
    moderator.page.evaluate(AT_CASES, 49)
    moderator.page.reload()
    expect(moderator.page.get_by_text("A break?")).to_have_count(0)
    place = moderator.page.locator(".case").bounding_box()
    moderator.page.evaluate(AT_CASES, 50)
    moderator.page.reload()
    moderator.sees(BREAK)
    assert moderator.page.locator(".case").bounding_box() == place  # nothing has moved
    assert moderator.page.evaluate("document.activeElement === document.body")
    assert moderator.violations() == []
    moderator.page.get_by_role("button", name="Put the reminder away").click()
    expect(moderator.page.get_by_text("A break?")).to_have_count(0)


def test_no_break_is_called_to_mind_while_an_order_runs_out(moderator: Person, cast: Cast) -> None:
    rules.set_humane(cast.supervisor, HumaneRule(break_minutes=50))
    due = clock.now() + timedelta(minutes=14)
    order = a_flag(legal_basis=LegalBasis(order_id="A 1", authority="An authority", deadline=due)).case
    claims.claim(cast.moderator, case_id=order.pk)
    moderator.page.evaluate(AT_CASES, 50)
    moderator.goto(f"/cases/{order.pk}/")
    moderator.press("j")
    expect(moderator.page.locator("[data-break]")).to_have_count(1)
    expect(moderator.page.get_by_text("A break?")).to_have_count(0)
