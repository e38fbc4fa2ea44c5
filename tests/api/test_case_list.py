"""GET /cases: the same filters and orders as the page, paged by cursor."""

import pytest

from audit.models import Entry
from reviews.models import Case
from tests.calls import Api, nothing_happens
from tests.cast import Cast, a_case, a_decision, an_account

pytestmark = pytest.mark.django_db


def listed(api: Api, query: str) -> list[str]:
    """The external ids on every page."""
    found, cursor = [], ""
    while True:
        page = api.get(f"/cases?page_size=2&{query}{cursor}").body
        found += [row["account"]["external_id"] for row in page["results"]]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


def test_cases_come_newest_first_page_by_page(api: Api) -> None:
    for number in range(5):
        a_case(an_account(f"x:{number}"))
    assert listed(api, "") == ["x:4", "x:3", "x:2", "x:1", "x:0"]


def test_cases_come_in_the_order_asked_for(api: Api) -> None:
    for number, followers in enumerate((10, None, 1000)):
        a_case(an_account(f"x:{number}", followers=followers))
    assert listed(api, "sort=-followers") == ["x:2", "x:0", "x:1"]
    assert listed(api, "sort=followers") == ["x:1", "x:0", "x:2"]


def test_filters_combine_as_on_the_page(api: Api, cast: Cast) -> None:
    a_case(an_account("x:ar", language="ar"))
    a_case(an_account("x:en", language="en"))
    a_decision(cast.moderator, "keep", case=a_case(an_account("x:kept", language="ar")))
    assert listed(api, "state=open&language=ar") == ["x:ar"]
    assert listed(api, "state=waiting,decided&language=ar") == ["x:kept", "x:ar"]
    assert listed(api, "outcome=keep") == ["x:kept"]


def test_words_sought_are_in_the_log(api: Api) -> None:
    a_case(an_account("x:1", handle="city_news"))
    assert listed(api, "q=city") == ["x:1"]
    assert Entry.objects.get(action="case.searched").detail == {"words": "city"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("state=lost", "state"),
        ("sort=handle", "sort"),
        ("policy=none-such", "policy"),
        ("platform=none-such", "platform"),
        ("holder=nobody-here", "holder"),
        ("opened_from=yesterday", "opened_from"),
        ("cursor=x", "cursor"),
        ("page_size=0", "page_size"),
        ("stat=waiting", "stat"),
    ],
)
def test_a_word_that_is_not_known_is_named(api: Api, query: str, field: str) -> None:
    a_case()
    with nothing_happens():
        answer = api.get(f"/cases?{query}")
    assert (answer.status, answer.fields) == (422, {field})


def test_a_cursor_of_another_order_is_refused(api: Api) -> None:
    for _ in range(2):
        a_case()
    cursor = api.get("/cases?page_size=1").body["next"]
    assert api.get(f"/cases?sort=rank&cursor={cursor}").fields == {"cursor"}


def test_a_page_of_the_last_size_has_no_next(api: Api) -> None:
    a_case()
    page = api.get("/cases?page_size=1").body
    assert (len(page["results"]), page["next"]) == (Case.objects.count(), None)
