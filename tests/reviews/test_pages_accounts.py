"""Finding an account by what a person types."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Account
from reviews.selectors.account_find import MOST_FOUND
from tests.cast import Cast, a_case, a_platform, an_account

pytestmark = pytest.mark.django_db
FIND = "/accounts/"


@pytest.fixture
def look(signed_in: Any, cast: Cast) -> Any:
    """What a moderator is answered who types this."""
    browser = signed_in(cast.moderator)
    return lambda typed: browser.get(FIND, {"q": typed})


def handles(answer: Any) -> list[str]:
    return [found.account.handle for found in answer.context["found"]]


def page_of(account: Account) -> str:
    return reverse("reviews:account-detail", args=[account.pk])


@pytest.mark.parametrize("typed", ["DailyNews", "@dailynews", "  dailyn ", "ira:7/1", "simulator/ira:7/1"])
def test_one_match_leads_to_its_page(look: Any, typed: str) -> None:
    account = an_account("ira:7/1", handle="DailyNews")
    an_account("ira:7", handle="News")
    assert look(typed).url == page_of(account)


def test_several_are_listed_with_those_named_in_full_first(look: Any) -> None:
    an_account("1", handle="DailyA")
    an_account("2", handle="Daily")
    an_account("3", handle="daily")
    an_account("daily", handle="Zebra")
    an_account("4", handle="TheDaily")
    assert handles(look("daily")) == ["Daily", "daily", "Zebra", "DailyA"]


def test_a_wildcard_is_a_letter(look: Any) -> None:
    an_account("1", handle="a_b")
    an_account("2", handle="axb")
    assert look("a_").url == page_of(Account.objects.get(handle="a_b"))
    assert handles(look("%")) == []


def test_each_names_its_open_case(look: Any) -> None:
    case = a_case(an_account("1", handle="DailyA"))
    an_account("2", handle="DailyB")
    page = look("daily").content.decode()
    assert reverse("reviews:case-detail", args=[case.pk]) in page
    assert page.count(">none<") == 1


def test_none_says_what_to_try_and_shows_what_was_typed(look: Any) -> None:
    page = look("<nobody>").content.decode()
    assert "No handle begins with <b><bdi>&lt;nobody&gt;</bdi></b>" in page
    assert 'value="&lt;nobody&gt;"' in page
    assert "Try less of the handle" in page


def test_too_many_are_cut_and_it_says_so(look: Any) -> None:
    for number in range(MOST_FOUND + 1):
        an_account(str(number), handle=f"Daily{number:02}")
    answer = look("daily")
    assert len(handles(answer)) == MOST_FOUND
    assert "Type more of the handle" in answer.content.decode()


@pytest.mark.parametrize("typed", ["", "  ", "\0"])
def test_nothing_typed_finds_nothing_and_says_nothing(look: Any, typed: str) -> None:
    an_account()
    answer = look(typed)
    assert (answer.status_code, handles(answer), b"No handle begins" in answer.content) == (200, [], False)


def test_the_same_id_on_two_platforms_is_a_list(look: Any) -> None:
    an_account("7", handle="One")
    an_account("7", platform=a_platform("another"), handle="Two")
    assert handles(look("7")) == ["One", "Two"]


def test_the_first_page_offers_to_find(signed_in: Any, cast: Cast) -> None:
    assert f'action="{FIND}"' in signed_in(cast.auditor).get("/").content.decode()
