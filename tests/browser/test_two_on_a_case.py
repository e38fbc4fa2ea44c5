"""Two people, two browsers, one case."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from common import clock
from reviews.models import Case, Claim, Decision
from tests.browser.person import Person
from tests.cast import Cast, a_case


@pytest.fixture
def case(cast: Cast) -> Case:
    return a_case()


def both_before(case: Case, sign_in, cast: Cast) -> tuple[Person, Person]:
    """The one who took the case, who has typed half a decision; and another one who looks at it."""
    first, second = sign_in(cast.moderator), sign_in(cast.second_moderator)
    first.press_and_move("n")
    first.press("1", "s", "r", "Control+a")
    first.page.keyboard.type("My own words.")
    second.goto(reverse("reviews:case-detail", args=[case.pk]))
    return first, second


def test_the_second_sees_who_has_it_and_can_only_read(sign_in, cast: Cast, case: Case) -> None:
    _, second = both_before(case, sign_in, cast)
    second.sees("Pseudonym of moderator works on it; the claim ends at")
    expect(second.page.locator("[name=outcome], [name=policy]:enabled")).to_have_count(0)
    second.press("1", "s", "Enter", "Control+Enter")
    assert not Decision.objects.exists()
    assert Claim.objects.get(ended_at=None).holder.username == "moderator"


def test_a_lease_that_ran_out_is_anothers_and_what_was_typed_stays(sign_in, cast: Cast, case: Case) -> None:
    first, second = both_before(case, sign_in, cast)
    Claim.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    second.page.reload(wait_until="load")
    second.page.get_by_role("button", name="Take this case").press("Enter")
    second.page.locator("[name=outcome]").first.wait_for()
    second.press("1", "k")
    second.press_and_move("Enter")
    first.press("Control+Enter")
    first.sees("Pseudonym of moderator2 decided this case at")
    expect(first.page.locator("#reason")).to_have_value("My own words.")
    expect(first.page.locator(".btn-decide")).to_be_hidden()
    assert [(row.decided_by.username, row.outcome) for row in Decision.objects.all()] == [("moderator2", "keep")]
    first.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    first.page.get_by_role("button", name="Copy what I typed").press("Enter")
    first.sees("Copied")
    assert first.page.evaluate("navigator.clipboard.readText()") == "My own words."
