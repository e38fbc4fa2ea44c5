"""The list of cases: pages in every order equal a naive sort; each filter finds what it says, and nothing else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from common import clock
from common.errors import Invalid, NotAllowed
from common.keyset import LAST, Place
from reviews.models import Case
from reviews.rules import finding
from reviews.rules.finding import Asked
from reviews.selectors import case_filters, case_list
from reviews.selectors.case_list import Counted
from reviews.services import claims
from staff.actors import Actor
from staff.choices import SourceKind
from tests.cast import Cast, a_case, a_client, a_decision, a_flag, a_policy, an_account

pytestmark = pytest.mark.django_db
ORDERS = [(name, down) for name in finding.SORTS for down in (True, False)]


def pages(actor: Actor, asked: Asked, *, size: int, at_end: bool = False) -> list[list[Case]]:
    """Every page, forward from the first one or back from the last one."""
    found = case_filters.found(actor, asked, at=clock.now())
    counted = case_list.count(found)
    place: Place | None = LAST if at_end else None
    seen = []
    while True:
        page = case_list.page_of(found, asked, counted, place=place, size=size)
        seen.append(page.rows)
        place = page.before if at_end else page.after
        if place is None:
            return seen


def found(actor: Actor, **asked: Any) -> set[Case]:
    return {case for page in pages(actor, Asked(**asked), size=50) for case in page}


@pytest.fixture
def many(cast: Cast) -> list[Case]:
    """Cases in every state, with ties in every order's value."""
    at = clock.now()
    cases = []
    for number in range(12):
        case = a_case(an_account(followers=[None, 7, 300][number % 3]), flagged_at=at - timedelta(hours=number % 4))
        cases.append(case)
    a_decision(cast.moderator, case=cases[3])
    a_decision(cast.moderator, "keep", case=cases[8])
    claims.claim(cast.moderator, case_id=cases[5].pk)
    tied = {"opened_at": at - timedelta(days=1), "due_at": at, "last_flag_at": at, "serving_order": 5.5}
    Case.objects.filter(pk__in=[case.pk for case in cases[2:9]]).update(**tied)
    return list(Case.objects.order_by("pk"))


def naive(asked: Asked) -> list[Case]:
    sign = F(finding.SORTS[asked.sort]).desc() if asked.is_descending else F(finding.SORTS[asked.sort]).asc()
    rows = Case.objects.filter(state__in=finding.states_of(asked))
    return list(rows.order_by(sign, "-id" if asked.is_descending else "id"))


@pytest.mark.parametrize("states", [(), ("open",), ("decided", "waiting")])
@pytest.mark.parametrize(("sort", "down"), ORDERS)
def test_pages_hold_every_case_once_and_in_order(
    cast: Cast, many: list[Case], sort: str, down: bool, states: tuple[str, ...]
) -> None:
    asked = Asked(sort=sort, is_descending=down, states=states)
    expected = naive(asked)
    forward = [case for page in pages(cast.auditor, asked, size=3) for case in page]
    back = [case for page in reversed(pages(cast.auditor, asked, size=3, at_end=True)) for case in page]
    assert forward == expected
    assert back == expected


@pytest.mark.parametrize(("sort", "down"), ORDERS)
def test_what_is_read_whole_is_in_the_same_order(cast: Cast, many: list[Case], sort: str, down: bool) -> None:
    asked = Asked(sort=sort, is_descending=down, languages=("en",))
    shown = [case for page in pages(cast.auditor, asked, size=4) for case in page]
    assert shown == naive(Asked(sort=sort, is_descending=down))


def test_a_case_that_comes_meanwhile_neither_repeats_nor_hides_another(cast: Cast, many: list[Case]) -> None:
    asked = Asked(sort="opened", is_descending=True)
    first = case_list.page_of(
        case_filters.found(cast.auditor, asked, at=clock.now()), asked, Counted(12), place=None, size=5
    )
    with clock.moved(minutes=1):
        a_case()
        rest = case_list.page_of(
            case_filters.found(cast.auditor, asked, at=clock.now()), asked, Counted(13), place=first.after, size=50
        )
    assert [*first.rows, *rest.rows] == [case for case in naive(asked) if case in many]


def test_a_page_knows_its_numbers_from_either_end(cast: Cast, many: list[Case]) -> None:
    asked = Asked()
    all_found = case_filters.found(cast.auditor, asked, at=clock.now())
    counted = case_list.count(all_found)
    second = case_list.page_of(
        all_found, asked, counted, place=case_list.page_of(all_found, asked, counted, place=None, size=5).after, size=5
    )
    back = case_list.page_of(all_found, asked, counted, place=second.before, size=5)
    last = case_list.page_of(all_found, asked, counted, place=LAST, size=5)
    assert (second.number, back.number, last.number) == (5, 0, None)
    assert (back.before, last.after) == (None, None)


FILTERS: dict[str, Callable[[Cast], tuple[Case, dict[str, Any]]]] = {
    "policy": lambda cast: (a_case(policy=a_policy("spam").code), {"policies": ("spam",)}),
    "severity": lambda cast: (a_case(policy=a_policy("grave", severity=4).code), {"severities": (4,)}),
    "language": lambda cast: (a_case(an_account(language="ar")), {"languages": ("ar", "fa")}),
    "unknown language": lambda cast: (a_case(an_account(language="")), {"languages": ("und",)}),
    "protected": lambda cast: (a_case(an_account(protected_class="minor")), {"protected": ("minor",)}),
    "followers": lambda cast: (a_case(an_account(followers=999)), {"followers_from": 999, "followers_to": 999}),
    "holder": lambda cast: (
        claims.claim(cast.second_moderator, case_id=a_case().pk).case,
        {"holder": "moderator2"},
    ),
    "outcome": lambda cast: (a_decision(cast.moderator, "keep").case, {"outcome": "keep"}),
    "source kind": lambda cast: (
        a_flag(a_client(kind=SourceKind.GOVERNMENT)[0]).case,
        {"source_kinds": ("government", "staff")},
    ),
    "handle": lambda cast: (a_case(an_account(handle="CityNews")), {"words": "cityn"}),
    "handle, as it is shown": lambda cast: (a_case(an_account(handle="CityNews")), {"words": "@CityNews"}),
    "external id": lambda cast: (a_case(an_account("x:1/Ä %_")), {"words": "x:1/Ä %_"}),
}


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_finds_what_it_says_and_nothing_else(cast: Cast, name: str) -> None:
    for followers in (None, 165):
        a_case(an_account(followers=followers))
    a_decision(cast.moderator, "suspend")
    claims.claim(cast.moderator, case_id=a_case().pk)
    case, asked = FILTERS[name](cast)
    assert found(cast.auditor, **asked) == {case}


def test_filters_combine(cast: Cast) -> None:
    a_case(an_account(language="ar", followers=10))
    a_case(an_account(language="en", followers=2000))
    both = a_case(an_account(language="ar", followers=2000))
    assert found(cast.auditor, languages=("ar",), followers_from=1000, states=("open",)) == {both}


def test_past_due_and_days_are_told_by_the_clock(cast: Cast) -> None:
    case = a_case()
    today = clock.now().date()
    assert found(cast.auditor, is_past_due=True) == set()
    assert found(cast.auditor, opened_from=today, opened_to=today) == {case}
    assert found(cast.auditor, opened_to=today - timedelta(days=1)) == set()
    with clock.moved(days=2):
        assert found(cast.auditor, is_past_due=True) == {case}


def test_me_is_who_asks(cast: Cast) -> None:
    case = claims.claim(cast.moderator, case_id=a_case().pk).case
    assert found(cast.moderator, holder="me") == {case}
    assert found(cast.second_moderator, holder="me") == set()


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"policies": ("x",)}, "policy"), ({"platforms": ("x",)}, "platform"), ({"holder": "x"}, "holder")],
)
def test_a_name_that_nobody_has_is_refused(cast: Cast, asked: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        found(cast.auditor, **asked)
    assert set(refusal.value.fields) == {field}


def test_who_may_not_see_cases_sees_no_list(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        found(cast.administrator)


def test_the_last_flag_moves_with_each_flag(cast: Cast) -> None:
    case = a_case(account := an_account())
    with clock.moved(hours=1):
        a_flag(account=account)
        at = clock.now()
    case.refresh_from_db()
    assert at - timedelta(minutes=1) < case.last_flag_at <= at


def test_followers_are_those_that_the_rank_counts(cast: Cast) -> None:
    known, unknown = a_case(an_account(followers=165)), a_case(an_account(followers=None))
    assert (known.followers_order, unknown.followers_order) == (165, -1)


def test_counts_are_exact_up_to_a_bound(cast: Cast, many: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    all_found = case_filters.found(cast.auditor, Asked(), at=clock.now())
    assert case_list.count(all_found) == Counted(12)
    monkeypatch.setattr(case_list, "COUNTED", 5)
    assert case_list.count(all_found).is_about
    monkeypatch.setattr(case_list, "COUNTED_ON_TABS", 3)
    wanted = [Asked(), Asked(outcome="keep"), Asked(languages=("xx",))]
    gone = Asked(holder="nobody")
    assert case_list.counts_of(cast.auditor, [*wanted, gone, Asked(words="x")], at=clock.now()) == dict(
        zip(wanted, [Counted(3, is_least=True), Counted(1), Counted(0)], strict=True)
    )


def test_a_page_takes_two_statements_and_its_rows_three(
    cast: Cast, many: list[Case], django_assert_num_queries
) -> None:
    all_found = case_filters.found(cast.auditor, Asked(), at=clock.now())
    with django_assert_num_queries(2):
        page = case_list.page_of(all_found, Asked(), Counted(12), place=None)
    with django_assert_num_queries(3):
        rows = case_list.rows_shown(page, at=clock.now())
    assert {row.flags for row in rows} == {1}
