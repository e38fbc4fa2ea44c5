"""Pages of proposals and rules: who sees what, and what their forms do."""

import pytest
from django.urls import reverse

from reviews.models import Decision, SecondPersonRule
from reviews.services import proposals
from tests.calls import nothing_happens
from tests.cast import Cast, a_case, a_decision, a_flag, an_account

pytestmark = pytest.mark.django_db


def url(name: str, decision: Decision) -> str:
    return reverse(f"reviews:proposal-{name}", args=[decision.pk])


@pytest.fixture
def proposal(cast: Cast) -> Decision:
    return a_decision(cast.moderator, case=a_case(an_account(protected_class="journalist")))


def test_the_list_says_whose_a_proposal_is(signed_in, cast: Cast, proposal: Decision) -> None:
    assert b"you: somebody else answers" in signed_in(cast.moderator).get("/proposals/").content
    assert b"Pseudonym of moderator" in signed_in(cast.senior).get("/proposals/").content


def test_a_second_person_gets_both_answers(signed_in, cast: Cast, proposal: Decision) -> None:
    a_flag(None, proposal.account)
    page = signed_in(cast.second_moderator).get(url("detail", proposal)).content
    assert (b'data-code="KeyA"' in page, b'data-code="KeyR"' in page) == (True, True)
    assert b"1 flag came since it was proposed." in page


@pytest.mark.parametrize("who", ["moderator", "auditor"])
def test_others_get_none(signed_in, cast: Cast, proposal: Decision, who: str) -> None:
    page = signed_in(cast.everyone[who]).get(url("detail", proposal)).content
    assert (b'data-code="KeyA"' in page, b'data-code="KeyR"' in page) == (False, False)


def test_approving_leads_back_to_the_list_with_the_way_to_undo(signed_in, cast: Cast, proposal: Decision) -> None:
    page = signed_in(cast.second_moderator).post(url("approve", proposal), follow=True)
    assert (page.redirect_chain[-1][0], b"data-toast-undo" in page.content) == ("/proposals/", True)
    assert Decision.objects.get().approver == cast.second_moderator.user


def test_refusing_without_a_reason_keeps_the_page(signed_in, cast: Cast, proposal: Decision) -> None:
    browser = signed_in(cast.second_moderator)
    page = browser.post(url("refuse", proposal), {"reason": " "})
    assert (page.status_code, b"Fill this in." in page.content) == (422, True)
    assert Decision.objects.get().state == "proposed"


def test_a_refusal_is_shown_on_the_case(signed_in, cast: Cast, proposal: Decision) -> None:
    browser = signed_in(cast.second_moderator)
    browser.post(url("refuse", proposal), {"reason": "Too little to go by."})
    page = browser.get(reverse("reviews:case-detail", args=[proposal.case_id])).content.decode()
    assert ("refused by Pseudonym of moderator2" in page, "Too little to go by." in page) == (True, True)


def test_the_case_leads_to_its_proposal(signed_in, cast: Cast, proposal: Decision) -> None:
    page = signed_in(cast.senior).get(reverse("reviews:case-detail", args=[proposal.case_id])).content.decode()
    assert url("detail", proposal) in page


def test_a_decision_that_needed_nobody_has_no_proposals_page(signed_in, cast: Cast) -> None:
    assert signed_in(cast.senior).get(url("detail", a_decision(cast.moderator))).status_code == 404


def test_taking_it_back_leads_to_the_case(signed_in, cast: Cast, proposal: Decision) -> None:
    answer = signed_in(cast.moderator).post(url("withdraw", proposal))
    assert answer.url == reverse("reviews:case-detail", args=[proposal.case_id])


def test_the_last_decisions_tell_what_waits(signed_in, cast: Cast, proposal: Decision) -> None:
    assert b"waits for a second person" in signed_in(cast.moderator).get("/").content
    proposals.approve(cast.second_moderator, decision_id=proposal.pk)
    assert proposal.account.handle.encode() in signed_in(cast.second_moderator).get("/").content


def test_a_supervisor_sets_the_rule_and_an_auditor_reads_it(signed_in, cast: Cast) -> None:
    browser = signed_in(cast.supervisor)
    assert browser.post("/rules/", {"followers_above": "5000", "governments_only": "on"}).status_code == 302
    made = SecondPersonRule.objects.get()
    assert (made.followers_above, made.governments_only, made.set_by) == (5000, True, cast.supervisor.user)
    page = signed_in(cast.auditor).get("/rules/").content
    assert (b"5,000" in page, b'name="followers_above"' in page) == (True, False)


def test_a_rule_that_is_none_is_refused(signed_in, cast: Cast) -> None:
    with nothing_happens():
        assert signed_in(cast.supervisor).post("/rules/", {"followers_above": "-1"}).status_code == 422
