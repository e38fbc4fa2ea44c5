"""The list's pages: what they show, where their links lead, and what their forms do."""

import re

import pytest
from django.urls import reverse

from audit.models import Entry
from reviews.models import Batch, SavedView
from reviews.rules.finding import Asked
from reviews.services import saved_views
from reviews.services.saved_views import ViewSaid
from reviews.views import case_list as view
from tests.calls import nothing_happens
from tests.cast import Cast, a_case, a_decision, a_policy, an_account

pytestmark = pytest.mark.django_db


def handles(answer) -> list[str]:
    return re.findall(r"<bdi>@([\w.]+)</bdi>", answer.content.decode())


def test_the_bare_address_shows_what_is_open(signed_in, cast: Cast) -> None:
    a_case(an_account(handle="waiting_one"))
    a_decision(cast.moderator, "keep", case=a_case(an_account(handle="kept_one")))
    browser = signed_in(cast.auditor)
    assert handles(browser.get("/cases/")) == ["waiting_one"]
    assert sorted(handles(browser.get("/cases/?state=all"))) == ["kept_one", "waiting_one"]


def test_a_search_is_in_the_log_with_its_words_and_a_look_is_not(signed_in, cast: Cast) -> None:
    a_case(an_account(handle="city_news"))
    browser = signed_in(cast.auditor)
    browser.get("/cases/?language=ar")
    assert not Entry.objects.filter(action="case.searched").exists()
    assert handles(browser.get("/cases/?q=City")) == ["city_news"]
    entry = Entry.objects.get(action="case.searched")
    assert (entry.actor, entry.detail) == ("person:auditor", {"words": "City"})


def test_each_filter_is_a_chip_that_leads_to_the_list_without_it(signed_in, cast: Cast) -> None:
    answer = signed_in(cast.auditor).get("/cases/?state=open&language=ar&sort=due")
    chips = {chip.words: chip.without for chip in answer.context["chips"]}
    assert chips == {
        "state: open": "/cases/?language=ar&sort=due",
        "language: Arabic": "/cases/?state=open&sort=due",
    }


def test_the_last_filter_dropped_leads_to_all_cases(signed_in, cast: Cast) -> None:
    answer = signed_in(cast.auditor).get("/cases/")
    assert [chip.without for chip in answer.context["chips"]] == ["/cases/?state=all"]


def test_an_empty_list_says_which_filter_to_drop(signed_in, cast: Cast) -> None:
    a_case(an_account(language="en", followers=10))
    answer = signed_in(cast.auditor).get("/cases/?language=ar&followers_from=5&state=open")
    assert [chip.words for chip in answer.context["droppable"]] == ["language: Arabic"]
    assert 'href="/cases/?state=open&amp;followers_from=5"' in answer.content.decode()


def test_pages_lead_forth_and_back_and_to_both_ends(signed_in, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "PAGE_SIZE", 2)
    for number in range(5):
        a_case(an_account(handle=f"account_{number}", followers=10**number))
    browser = signed_in(cast.auditor)
    first = browser.get("/cases/?state=all&sort=followers")
    second = browser.get(first.context["pages"].after)
    last = browser.get(first.context["pages"].last)
    assert handles(first) == ["account_0", "account_1"]
    assert handles(second) == ["account_2", "account_3"]
    assert handles(last) == ["account_3", "account_4"]
    assert handles(browser.get(last.context["pages"].before)) == ["account_1", "account_2"]
    assert handles(browser.get(second.context["pages"].before)) == handles(first)
    assert "3 to 4 of 5" in second.content.decode()
    assert (first.context["pages"].before, last.context["pages"].after) == ("", "")


def test_a_column_sorts_and_turns_round(signed_in, cast: Cast) -> None:
    for number in range(2):
        a_case(an_account(handle=f"account_{number}", followers=10**number))
    browser = signed_in(cast.auditor)
    link = browser.get("/cases/?language=en").context["sorts"]["followers"]
    assert (link.url, link.direction) == ("/cases/?language=en&sort=-followers", "")
    sorted_so = browser.get(link.url)
    assert handles(sorted_so) == ["account_1", "account_0"]
    assert sorted_so.context["sorts"]["followers"].url == "/cases/?language=en&sort=followers"


@pytest.mark.parametrize("query", ["cursor=x", "sort=x", "state=x", "policy=x", "holder=x", "opened_from=x"])
def test_an_address_that_says_nothing_known_is_refused(signed_in, cast: Cast, query: str) -> None:
    with nothing_happens():
        assert signed_in(cast.auditor).get(f"/cases/?{query}").status_code == 422


def test_a_list_is_saved_under_its_own_address_and_is_a_tab(signed_in, cast: Cast) -> None:
    a_case(an_account(handle="arabic_one", language="ar"))
    a_case(an_account(handle="english_one"))
    browser = signed_in(cast.moderator)
    said = {"title": "Arabic", "is_shared": "on", "is_pinned": "on", "asked": "state=open&language=ar"}
    answer = browser.post(reverse("reviews:view-save"), said)
    assert answer["Location"] == "/cases/views/arabic/"
    page = browser.get("/cases/views/arabic/")
    assert handles(page) == ["arabic_one"]
    assert [(tab.title, tab.count.number) for tab in page.context["tabs"] if tab.is_current] == [("Arabic", 1)]
    assert page.context["sorts"]["due"].url == "/cases/views/arabic/?sort=due"


def test_a_title_that_is_missing_is_asked_for_again(signed_in, cast: Cast) -> None:
    with nothing_happens():
        answer = signed_in(cast.moderator).post(reverse("reviews:view-save"), {"title": "", "asked": "language=ar"})
    assert (answer.status_code, answer.context["asked"].languages) == (422, ("ar",))
    assert "data-open" in answer.content.decode()


def test_a_view_is_renamed_and_deleted_on_its_page(signed_in, cast: Cast) -> None:
    saved = saved_views.save(cast.moderator, Asked(languages=("ar",)), ViewSaid(title="Arabic"))
    browser = signed_in(cast.moderator)
    browser.post(reverse("reviews:view-change", args=[saved.slug]), {"title": "Other"})
    saved.refresh_from_db()
    assert (saved.title, saved.is_pinned, saved.params) == ("Other", False, {"language": ["ar"]})
    assert browser.post(reverse("reviews:view-delete", args=[saved.slug]))["Location"] == "/cases/"
    assert not SavedView.objects.exists()


def test_ticked_cases_are_asked_about_and_lead_to_the_dry_run(signed_in, cast: Cast) -> None:
    free, protected = a_case(), a_case(an_account(handle="reporter", protected_class="journalist"))
    browser = signed_in(cast.moderator)
    address = f"{reverse('reviews:case-together')}?outcome=suspend&case={free.pk}&case={protected.pk}"
    asked = browser.get(address)
    assert asked.context["form"]["expected_count"].value() == "2"
    assert "1 will be left out." in asked.content.decode()
    assert handles(asked) == ["reporter"]
    said = {
        "case": [str(free.pk), str(protected.pk)],
        "expected_count": "2",
        "title": "Two",
        "outcome": "suspend",
        "length": "0",
        "policy": a_policy().code,
        "reason": "It is so.",
    }
    answer = browser.post(reverse("reviews:case-together"), said)
    batch = Batch.objects.get()
    assert answer["Location"] == reverse("reviews:batch-detail", args=[batch.pk])
    assert batch.counts == {"listed": 2, "to_enforce": 1, "left_out": {"protected": 1}}


def test_who_chose_all_says_how_many(signed_in, cast: Cast) -> None:
    a_case(an_account(language="ar"))
    a_case()
    browser = signed_in(cast.moderator)
    asked = browser.get("/cases/together/?all=1&asked=language%3Dar&outcome=keep")
    assert (asked.context["form"]["expected_count"].value(), asked.context["counted"]) == (None, "1")
    with nothing_happens():
        faulty = browser.post("/cases/together/", {"all": "1", "asked": "language=ar", "outcome": "keep"})
    assert faulty.status_code == 422
    assert set(faulty.context["form"].errors) == {"expected_count", "title", "policy", "reason"}


def test_the_dialog_alone_comes_when_htmx_asks(signed_in, cast: Cast) -> None:
    a_case()
    answer = signed_in(cast.moderator).get("/cases/together/?all=1&outcome=keep", headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()


def test_nothing_ticked_is_refused(signed_in, cast: Cast) -> None:
    assert signed_in(cast.moderator).get("/cases/together/?outcome=keep").status_code == 422
