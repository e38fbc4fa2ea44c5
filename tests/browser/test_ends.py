"""The ends of a case beside keep and suspend, by keyboard: gone, moved, asked, restricted."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from reviews.models import Case, CaseMove, Queue, Restriction
from reviews.services import claims, policies, refreshing, restricting
from staff.actors import operator
from takedowns import connectors
from takedowns.choices import Standing
from takedowns.connectors.base import Kind, Profile
from tests.cast import Cast, a_case, a_flag, a_platform, an_account
from tests.takedowns.conftest import FakeConnector


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeConnector]:
    connector = FakeConnector()
    monkeypatch.setitem(connectors.KINDS, "fake", Kind(title="Fake", build=lambda reach: connector))
    connectors.connector_for.cache_clear()
    yield connector
    connectors.connector_for.cache_clear()


@pytest.fixture
def mine(cast: Cast, fake: FakeConnector) -> Case:
    """The case that the moderator has."""
    policies.install_starters(operator())
    Queue.objects.get_or_create(slug="everything", defaults={"title": "Everything"})
    account = an_account("f:1", a_platform("faked", connector="fake"))
    claim = claims.claim(cast.moderator, case_id=a_flag(account=account).case_id)
    return claim.case


def address(case: Case) -> str:
    return reverse("reviews:case-detail", args=[case.pk])


def test_the_platform_is_asked_and_its_answer_comes_onto_the_page(
    sign_in, cast: Cast, mine: Case, fake: FakeConnector
) -> None:
    person = sign_in(cast.moderator)
    person.goto(address(mine))
    person.press("d")
    person.sees("The platform is being asked")
    fake.standing, fake.profile = Standing.ACTIVE, Profile(followers=98_765)
    refreshing.answer_due()
    person.sees("The platform says: active.")
    expect(person.page.locator("#account-figures")).to_contain_text("98,765")
    fake.standing = Standing.NO_ACCOUNT
    person.press("d")
    person.sees("The platform is being asked")
    refreshing.answer_due()
    person.sees("The case is closed as gone")
    expect(person.page.locator(".outcomes")).to_be_hidden()
    assert person.violations() == []


def test_two_keys_restrict_the_case_and_the_next_one_comes(sign_in, cast: Cast, mine: Case) -> None:
    other = a_case()
    person = sign_in(cast.moderator)
    person.goto(address(mine))
    person.press("q")
    assert person.violations() == []
    person.press_and_move("1")
    assert person.page.url.endswith(address(other))
    assert Restriction.objects.get().clearance == "child_safety"


def test_the_alert_stands_on_the_pages_of_who_is_cleared(sign_in, cast: Cast, mine: Case) -> None:
    cast.supervisor.person().clearances = ["child_safety"]
    cast.supervisor.person().save()
    restricting.restrict(cast.moderator, case_id=mine.pk, clearance="child_safety")
    person = sign_in(cast.supervisor)
    person.goto("/cases/")
    person.sees("nobody has answered for it")
    assert person.violations() == []
    person.page.get_by_role("button", name="I see to it").click()
    person.page.wait_for_url(f"**{address(mine)}")
    person.sees("answers for it since")


def test_a_case_is_moved_by_keyboard_and_a_skip_leads_there(sign_in, cast: Cast, mine: Case) -> None:
    other = a_case()
    person = sign_in(cast.moderator)
    person.goto(address(mine))
    person.press("x", "m")
    expect(person.page.locator("#skip")).to_be_hidden()
    person.page.select_option("#move-language", "uk")
    assert person.violations() == []
    person.page.get_by_role("button", name="Move and next").click()
    person.page.wait_for_url(f"**{address(other)}")
    assert CaseMove.objects.get().to_language == "uk"
