"""Care: another length needs a reason, and a suspension rests on flagged posts that were seen."""

import pytest
from django.db import InternalError, ProgrammingError, transaction
from django.urls import reverse
from django.utils import translation

from audit.models import Entry
from common import clock
from common.errors import Invalid
from reviews.models import Claim, Decision, Policy
from reviews.selectors import cases
from reviews.selectors.linked import linked_to
from reviews.services import claims, decisions, placing
from reviews.services.facts import EvidencePost
from reviews.views.case_words import words_for
from staff.actors import SYSTEM
from tests.calls import nothing_happens
from tests.cast import Cast, a_case, a_decision, a_flag, a_policy, a_verdict

pytestmark = pytest.mark.django_db
POSTS = (EvidencePost(external_id="1", text="One"), EvidencePost(external_id="2", text="Two"))


@pytest.fixture
def claim(cast: Cast) -> Claim:
    a_policy(ladder=[30, 90, 0])
    return claims.claim(cast.moderator, case_id=a_case(posts=POSTS).pk)


def decide(cast: Cast, claim: Claim, **said: object) -> Decision:
    seen = {"days": 30, "evidence_seen": ["1", "2"]}
    return decisions.decide_one(cast.moderator, a_verdict(claim, **(seen | said)))


def test_the_proposed_length_needs_no_reason(cast: Cast, claim: Claim):
    decision = decide(cast, claim)
    assert (decision.proposed_days, decision.length_reason) == (30, "")


def test_another_length_is_refused_without_a_reason(cast: Cast, claim: Claim):
    with nothing_happens(), pytest.raises(Invalid) as refusal:
        decide(cast, claim, days=90)
    assert set(refusal.value.fields) == {"length_reason"}


def test_another_length_stands_with_its_reason_also_in_the_log(cast: Cast, claim: Claim):
    decision = decide(cast, claim, days=90, length_reason="The third time this week.")
    assert (decision.proposed_days, decision.length_reason) == (30, "The third time this week.")
    told = Entry.objects.get(action="decision.made").detail
    assert (told["proposed_days"], told["length_reason"]) == (30, "The third time this week.")


def test_the_proposal_grows_with_the_suspensions_that_stand(cast: Cast):
    a_policy(ladder=[30, 90, 0])
    case = a_case()
    a_decision(cast.moderator, case=case)
    placing.reopen(cast.moderator, case, case.account, why="a test")
    claim = claims.claim(cast.moderator, case_id=case.pk)
    assert decide(cast, claim, days=90).proposed_days == 90


def test_a_suspension_is_refused_while_a_flagged_post_is_unseen(cast: Cast, claim: Claim):
    with nothing_happens(), pytest.raises(Invalid) as refusal:
        decide(cast, claim, evidence_seen=["1"])
    assert refusal.value.fields == {"evidence": "look at the flagged posts first: 1 not seen."}


def test_what_was_seen_stands_with_the_decision(cast: Cast, claim: Claim):
    assert decide(cast, claim).evidence_seen == ["1", "2"]
    assert Entry.objects.get(action="decision.made").detail["posts_seen"] == 2


def test_a_keep_needs_nothing_seen(cast: Cast, claim: Claim):
    assert decide(cast, claim, outcome="keep", days=None, evidence_seen=[]).outcome == "keep"


def test_posts_of_a_flag_that_came_since_need_not_be_seen(cast: Cast, claim: Claim):
    version = claim.case.evidence_version
    a_flag(account=claim.case.account, posts=(EvidencePost(external_id="3", text="Three"),))
    assert decide(cast, claim, evidence_version=version).outcome == "suspend"


def test_a_post_that_was_never_captured_need_not_be_seen(cast: Cast, claim: Claim):
    claim.case.account.captured_posts.filter(external_id="2").delete()
    assert decide(cast, claim, evidence_seen=["1"]).outcome == "suspend"


def test_a_call_that_does_not_say_what_was_seen_is_held_to_nothing(cast: Cast, claim: Claim):
    decision = decide(cast, claim, days=None, evidence_seen=None)
    assert (decision.proposed_days, decision.evidence_seen) == (None, None)


@pytest.mark.parametrize("change", ["length_reason = 'No.'", "evidence_seen = '{}'", "proposed_days = 7"])
def test_the_database_refuses_to_change_it(cast: Cast, claim: Claim, change: str):
    decide(cast, claim)
    with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
        Decision.objects.raw(f"UPDATE reviews_decision SET {change} RETURNING *")[0]


def test_the_page_says_what_was_chosen_and_seen(signed_in, cast: Cast, claim: Claim):
    said = {
        "claim_token": claim.token,
        "evidence_version": "1",
        "policy": a_policy().code,
        "outcome": "suspend",
        "reason": "It is so.",
    }
    browser, url = signed_in(cast.moderator), reverse("reviews:case-decide", args=[claim.case_id])
    assert browser.post(url, said | {"length": "90", "seen": '["1", "2"]'}).status_code == 422
    assert browser.post(url, said | {"length": "30", "seen": '["1"]'}).status_code == 422
    assert browser.post(url, said | {"length": "30", "seen": "nonsense"}).status_code == 422
    assert not Decision.objects.exists()
    browser.post(url, said | {"length": "90", "length_reason": "Again.", "seen": '["1", "2"]'})
    assert (Decision.objects.get().length_reason, Decision.objects.get().evidence_seen) == ("Again.", ["1", "2"])


@pytest.mark.parametrize(("language", "order"), [("en", ["en", "ar"]), ("ar", ["ar", "en"]), ("fr", ["en", "ar"])])
def test_reasons_come_in_the_moderators_language_first(cast: Cast, claim: Claim, language: str, order: list[str]):
    Policy.objects.update(reasons_by_language={"ar": ["هو كذلك."]})
    page = cases.case_view(cast.moderator, claim.case_id, at=clock.now())
    with translation.override(language):
        words = words_for(page, is_mine=True, links=linked_to(SYSTEM, page.account))
    assert [group.language for group in words.policies[0].reasons] == order
