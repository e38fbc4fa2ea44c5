"""A ratchet: how many statements a page may take, however much it shows. Lower it when a page gets better."""

import pytest
from django.urls import reverse

from reviews.models import Queue, Source
from reviews.services import batches, claims, drafts, notes
from reviews.services.batches import Plan
from reviews.services.facts import EvidencePost
from tests.cast import Cast, a_case, a_client, a_decision, a_flag, a_policy, an_account

pytestmark = pytest.mark.django_db
SIGNED_IN = 2  # the session and the person
ALERTS = 2  # of legal orders and of threats against staff, for supervisors


def much(cast: Cast) -> dict[str, str]:
    """More than one of everything that a page lists. Returns addresses by page."""
    for number in range(3):
        Queue.objects.create(slug=f"queue-{number}", title=f"Queue {number}", position=number)
        a_decision(cast.moderator)
    account = an_account()
    for number in range(4):
        posts = (EvidencePost(external_id=str(number), text=f"A text that is long enough, number {number}"),)
        a_flag(a_client()[0], account, posts=posts)
    claim = claims.claim(cast.moderator, case_id=account.cases.get().pk)
    drafts.keep(cast.moderator, case_id=claim.case_id, content={"reason": "Half a sentence"})
    for _ in range(2):
        notes.write(cast.second_moderator, case_id=claim.case_id, text="Look, @moderator.")
    listed = [("simulator", an_account().external_id) for _ in range(3)]
    said = {"title": "Wave", "outcome": "suspend", "policy": a_policy().code, "reason": "So.", "expected_count": 3}
    batch = batches.plan(cast.moderator, Plan(**said, accounts=listed))
    fresh = a_case()
    claims.claim(cast.moderator, case_id=fresh.pk)
    return {
        "home": "/",
        "list": "/cases/",
        "search": "/cases/?q=text",
        "case": reverse("reviews:case-detail", args=[claim.case_id]),
        "fresh case": reverse("reviews:case-detail", args=[fresh.pk]),
        "account": reverse("reviews:account-detail", args=[account.pk]),
        "batches": "/batches/",
        "batch": reverse("reviews:batch-detail", args=[batch.pk]),
        "sources": "/sources/",
        "source": reverse("reviews:source-detail", args=[Source.objects.latest("pk").pk]),
        "organisations": "/organisations/",
    }


@pytest.mark.parametrize(
    ("page", "most"),
    [
        ("home", 18),
        ("list", 13),
        ("search", 16),
        ("case", 18),
        ("fresh case", 13),
        ("account", 9),
        ("batches", 2),
        ("batch", 5),
    ],
)
def test_a_page_takes_no_more_statements(signed_in, cast: Cast, django_assert_max_num_queries, page: str, most: int):
    path = much(cast)[page]
    browser = signed_in(cast.moderator)
    browser.get(path)
    with django_assert_max_num_queries(SIGNED_IN + most):
        assert browser.get(path).status_code == 200


@pytest.mark.parametrize(("page", "most"), [("sources", 4), ("source", 8), ("organisations", 2)])
def test_a_supervisors_page_takes_no_more_statements(
    signed_in, cast: Cast, django_assert_max_num_queries, page: str, most: int
):
    path = much(cast)[page]
    browser = signed_in(cast.supervisor)
    browser.get(path)
    with django_assert_max_num_queries(SIGNED_IN + ALERTS + most):
        assert browser.get(path).status_code == 200
