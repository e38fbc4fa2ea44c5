"""Ahead: the next case is claimed for a minute while one decides, shown when one has, and free again when not."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit.models import Entry
from common import clock
from common.errors import NotAllowed
from reviews.choices import CaseState
from reviews.errors import ClaimLost
from reviews.models import Case, Claim, Queue
from reviews.services import ahead, claims, decisions
from reviews.services.facts import LegalBasis
from tests.calls import nothing_happens
from tests.cast import Cast, a_case, a_flag, a_policy, a_verdict, an_account

pytestmark = pytest.mark.django_db


def actions(case_id) -> list[str]:
    rows = Entry.objects.filter(subjects__contains=[f"case:{case_id}"]).order_by("id")
    return [row.action for row in rows if row.action.startswith("case.")]


@pytest.fixture
def held(cast: Cast) -> Claim:
    return claims.claim(cast.moderator, case_id=a_case(an_account(followers=10**6)).pk)


def take(cast: Cast, held: Claim) -> Claim | None:
    return ahead.take(cast.moderator, case_id=held.case_id, token=held.token)


def test_the_next_case_is_claimed_for_a_minute(cast: Cast, held: Claim, frozen_clock):
    following = a_case()
    taken = take(cast, held)
    assert (taken.case_id, taken.expires_at - frozen_clock) == (following.pk, timedelta(seconds=60))
    assert actions(following.pk) == ["case.opened", "case.claimed", "case.sent_ahead"]


def test_nobody_else_is_served_it(cast: Cast, held: Claim):
    a_case()
    take(cast, held)
    assert claims.claim_next(cast.second_moderator) is None


def test_asked_again_it_is_the_same(cast: Cast, held: Claim):
    a_case(), a_case()
    assert take(cast, held) == take(cast, held)
    assert Claim.objects.filter(ended_at=None).count() == 2


def test_nothing_waits(cast: Cast, held: Claim):
    with nothing_happens():
        assert take(cast, held) is None


def test_only_the_holder_takes_ahead(cast: Cast, held: Claim):
    a_case()
    with nothing_happens(), pytest.raises(ClaimLost):
        ahead.take(cast.second_moderator, case_id=held.case_id, token=held.token)
    with nothing_happens(), pytest.raises(NotAllowed):
        ahead.take(cast.auditor, case_id=held.case_id, token=held.token)


def test_one_goes_on_with_what_was_taken(cast: Cast, held: Claim, frozen_clock):
    taken = take_one(cast, held)
    decisions.decide_one(cast.moderator, a_verdict(held))
    with clock.moved(seconds=30):
        used = ahead.go_on(cast.moderator)
    assert (used.pk, used.token, used.ahead_of) == (taken.pk, taken.token, None)
    assert used.expires_at - frozen_clock == timedelta(seconds=330)
    assert Claim.objects.get(pk=used.pk).ahead_of is None


def take_one(cast: Cast, held: Claim) -> Claim:
    a_case()
    taken = take(cast, held)
    assert taken is not None
    return taken


def test_what_ran_out_is_nobodys(cast: Cast, held: Claim, frozen_clock):
    taken = take_one(cast, held)
    with clock.moved(seconds=61):
        claims.end_expired()
        assert Case.objects.get(pk=taken.case_id).state == CaseState.WAITING
        assert claims.claim_next(cast.second_moderator).case_id == taken.case_id
        assert ahead.go_on(cast.moderator) is None
    assert actions(taken.case_id)[-2:] == ["case.claim_expired", "case.claimed"]


def test_an_order_goes_before_it(cast: Cast, held: Claim):
    taken = take_one(cast, held)
    due = clock.now() + timedelta(hours=1)
    order = a_flag(legal_basis=LegalBasis(order_id="A 1", authority="An authority", deadline=due))
    used = ahead.go_on(cast.moderator)
    assert used.case_id == order.case_id
    assert Case.objects.get(pk=taken.case_id).state == CaseState.WAITING


def test_another_queues_case_is_left_alone(cast: Cast, held: Claim):
    Queue.objects.create(slug="german", title="German", languages=["de"])
    taken = take_one(cast, held)
    german = a_case(an_account(language="de"))
    assert ahead.go_on(cast.moderator, queue="german").case_id == german.pk
    assert Claim.objects.get(pk=taken.pk).ahead_of == held


def said(claim: Claim) -> dict[str, str]:
    return {
        "claim_token": claim.token,
        "evidence_version": "1",
        "policy": a_policy().code,
        "outcome": "keep",
        "reason": "It is not so.",
    }


SCENE = {"HX-Request": "true", "X-Scene": "yes"}


def ask_ahead(browser, held: Claim):
    url = reverse("reviews:case-ahead", args=[held.case_id])
    return browser.post(url, {"claim_token": held.token}, headers=SCENE)


def decide(browser, held: Claim, **more: str):
    return browser.post(reverse("reviews:case-decide", args=[held.case_id]), said(held) | more, headers=SCENE)


def test_a_page_that_was_sent_ahead_is_viewed_only_when_it_is_shown(signed_in, cast: Cast, held: Claim):
    following, browser = a_case(), signed_in(cast.moderator)
    sent = ask_ahead(browser, held)
    assert (sent["X-Case-Id"], b'id="decision"' in sent.content) == (str(following.pk), True)
    assert "case.viewed" not in actions(following.pk)
    answer = decide(browser, held, ahead=f"{following.pk}:1")
    assert (answer["X-Case-Shown"], answer["X-Case-Id"], answer["X-Case-Seconds"]) == (
        "ahead",
        str(following.pk),
        "300",
    )
    assert b'id="decision"' not in answer.content
    assert actions(following.pk)[-2:] == ["case.claim_renewed", "case.viewed"]


def test_a_page_that_was_overtaken_by_a_flag_is_sent_anew(signed_in, cast: Cast, held: Claim):
    account = an_account()
    following, browser = a_case(account), signed_in(cast.moderator)
    ask_ahead(browser, held)
    a_flag(account=account)
    answer = decide(browser, held, ahead=f"{following.pk}:1")
    assert (answer["X-Case-Shown"], answer["X-Case-Version"], b'id="decision"' in answer.content) == (
        "whole",
        "2",
        True,
    )


def test_without_a_page_the_answer_carries_it(signed_in, cast: Cast, held: Claim):
    following = a_case()
    answer = decide(signed_in(cast.moderator), held)
    assert (answer["X-Case-Shown"], answer["X-Case-Id"]) == ("whole", str(following.pk))
    assert actions(following.pk) == ["case.opened", "case.claimed", "case.viewed"]


def test_nothing_waits_leads_to_the_first_page(signed_in, cast: Cast, held: Claim):
    browser = signed_in(cast.moderator)
    assert ask_ahead(browser, held).status_code == 204
    assert decide(browser, held)["HX-Redirect"] == "/"


def test_skipping_goes_on_with_what_was_taken(signed_in, cast: Cast, held: Claim):
    browser = signed_in(cast.moderator)
    taken = take_one(cast, held)
    given = {"claim_token": held.token, "why": "subject"}
    answer = browser.post(reverse("reviews:case-skip", args=[held.case_id]), given)
    assert answer.url == reverse("reviews:case-detail", args=[taken.case_id])


def test_the_first_page_does_not_go_on_with_what_was_only_taken_ahead(signed_in, cast: Cast, held: Claim):
    take_one(cast, held)
    answer = signed_in(cast.moderator).post(reverse("reviews:queue-next"))
    assert answer.url == reverse("reviews:case-detail", args=[held.case_id])
