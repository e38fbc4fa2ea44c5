"""The pages of legal orders, the alert on every page, and what marks a government's flag."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from common import clock
from common.errors import NotAllowed
from reviews.models import Case, Flag, LegalOrder
from reviews.services import claims, decisions, orders, proposals
from reviews.services.facts import EvidencePost, LegalBasis
from staff.choices import SourceKind
from tests.cast import Cast, a_case, a_client, a_decision, a_flag, a_verdict, an_account

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def an_order(**fields) -> LegalOrder:
    """A government's order, due in an hour."""
    basis = LegalBasis(order_id="A 1", authority="An authority", deadline=clock.now() + HOUR)
    flag = a_flag(a_client("The ministry", SourceKind.GOVERNMENT)[0], legal_basis=basis, **fields)
    return LegalOrder.objects.select_related("case").get(flag=flag)


def text(browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_an_order_is_listed_until_it_is_answered_and_afterwards(signed_in, cast: Cast, frozen_clock) -> None:
    order = an_order()
    browser = signed_in(cast.supervisor)
    assert "1 h 00 min" in text(browser, "/orders/") or "60 min" in text(browser, "/orders/")
    with clock.moved(minutes=90):
        assert "Overdue, 30 min" in text(browser, "/orders/")
        a_decision(cast.moderator, case=order.case)
        shown = text(browser, "/orders/")
    assert ("1 h 30 min" in shown, "late" in shown, "No order waits." in shown) == (True, True, True)


def test_supervisors_are_alerted_until_the_receipt_is_confirmed(signed_in, cast: Cast, frozen_clock) -> None:
    order = an_order()
    browser = signed_in(cast.supervisor)
    with clock.moved(minutes=31):
        assert "An authority</bdi>: decide by" not in text(browser, "/batches/")
        orders.alert()
        assert "An authority</bdi>: decide by 13:00 UTC" in text(browser, "/batches/")
    with clock.moved(minutes=61):
        assert "An authority</bdi>: <b>past its time</b>, to be decided by 13:00 UTC" in text(browser, "/batches/")
        browser.post(reverse("reviews:order-acknowledge", args=[order.pk]))
        assert "An authority" not in text(browser, "/batches/")


@pytest.mark.parametrize(
    ("minutes", "alert", "strip"),
    [
        (31, "decide by 13:00 UTC", r"Legal order: decide within <bdi data-left-words>29 min"),
        (61, "<b>past its time</b>, to be decided by 13:00 UTC", r"Legal order: \S+ (s|min) past its time"),
    ],
)
def test_a_cases_page_tells_its_deadline_in_one_wording(
    signed_in, cast: Cast, frozen_clock, minutes: int, alert: str, strip: str
) -> None:
    order = an_order()
    browser = signed_in(cast.supervisor)
    with clock.moved(minutes=minutes):
        orders.alert()
        shown = text(browser, reverse("reviews:case-detail", args=[order.case_id]))
    assert alert in shown
    assert re.search(strip, shown)
    assert "A legal order with a deadline: it comes before any rank." in shown


def test_without_an_order_the_time_is_the_policys(signed_in, cast: Cast) -> None:
    shown = text(signed_in(cast.moderator), reverse("reviews:case-detail", args=[a_flag().case_id]))
    assert "</svg>Decide within" in shown
    assert "The time to decide is the policy’s own." in shown


def test_a_page_that_is_open_looks_for_alerts_by_itself(signed_in, cast: Cast, frozen_clock) -> None:
    an_order()
    browser = signed_in(cast.supervisor)
    page, part = text(browser, "/batches/"), text(browser, "/orders/alerts/")
    assert 'data-live="15" hx-get="/orders/alerts/"' in page
    assert ('data-live="15" hx-get="/orders/alerts/"' in part, "An authority" in part) == (True, False)
    with clock.moved(minutes=31):
        orders.alert()
        assert "An authority</bdi>: decide by 13:00 UTC" in text(browser, "/orders/alerts/")


def test_nobody_else_is_alerted(signed_in, cast: Cast) -> None:
    an_order()
    with clock.moved(minutes=31):
        orders.alert()
        assert "An authority" not in text(signed_in(cast.moderator), "/batches/")


def test_a_clock_is_paused_and_runs_on(signed_in, cast: Cast) -> None:
    order = an_order()
    browser, page = signed_in(cast.supervisor), reverse("reviews:order-detail", args=[order.pk])
    refused = browser.post(page + "pause/", {"reason": "manifest_error", "text": ""})
    assert refused.status_code == 422
    browser.post(page + "pause/", {"reason": "manifest_error", "text": "It names nobody."})
    assert "Clock paused" in text(browser, page)
    browser.post(page + "resume/")
    assert "Clock paused" not in text(browser, page)


def test_what_is_held_is_held_for_longer(signed_in, cast: Cast) -> None:
    order = an_order()
    page = reverse("reviews:order-detail", args=[order.pk])
    signed_in(cast.supervisor).post(page + "extend/", {"days": "91", "reason": "The authority asked."})
    assert LegalOrder.objects.get(pk=order.pk).preserve_until == order.preserve_until + timedelta(days=91)


def test_a_governments_flag_is_marked_wherever_it_is_shown(signed_in, cast: Cast) -> None:
    """On the case page twice: the flag, and the post that it rests on."""
    order = an_order(posts=(EvidencePost(external_id="1", text="A post"),))
    browser = signed_in(cast.supervisor)
    for page, marks in (
        (reverse("reviews:case-detail", args=[order.case_id]), 2),
        (reverse("reviews:account-detail", args=[order.account_id]), 1),
        (reverse("reviews:order-list"), 1),
        (reverse("reviews:order-detail", args=[order.pk]), 1),
        (reverse("insights:audit-list") + "?action=flag.received", 1),
    ):
        assert text(browser, page).count("Government</span>") == marks, page


def test_no_other_flag_is_marked_so(signed_in, cast: Cast) -> None:
    other = a_case(posts=(EvidencePost(external_id="1", text="A post"),))
    browser = signed_in(cast.supervisor)
    for page in (
        reverse("reviews:case-detail", args=[other.pk]),
        reverse("reviews:account-detail", args=[other.account_id]),
        reverse("insights:audit-list") + "?action=flag.received",
    ):
        assert "Government</span>" not in text(browser, page)


def test_a_governments_flag_on_a_protected_account_needs_a_supervisor(signed_in, cast: Cast) -> None:
    case = Case.objects.get(pk=an_order(account=an_account(protected_class="journalist")).case_id)
    claim = claims.claim(cast.moderator, case_id=case.pk)
    shown = text(signed_in(cast.moderator), reverse("reviews:case-detail", args=[case.pk]))
    assert "a supervisor approves it" in shown
    proposal = decisions.decide_one(cast.moderator, a_verdict(claim))
    with pytest.raises(NotAllowed):
        proposals.approve(cast.senior, decision_id=proposal.pk)
    assert proposals.approve(cast.supervisor, decision_id=proposal.pk).state == "effective"  # an order leaves at once
    assert Flag.objects.get(case=case).state == "agreed"
