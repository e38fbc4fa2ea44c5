"""A case in the wrong language or under the wrong policy goes to the queues that it belongs to, at once."""

from typing import Any

import pytest
from django.urls import reverse

from audit.models import Entry
from common import clock
from common.errors import Invalid
from reviews.choices import CaseState, ClaimEnd, SkipReason
from reviews.errors import ClaimLost
from reviews.models import Case, CaseMove, Claim, Flag, Policy, Queue, Restriction, Skip
from reviews.selectors import cases, tallies
from reviews.services import claims, moving, policies, restricting, tallying
from staff.actors import operator
from tests.calls import nothing_happens
from tests.cast import Cast, a_case, a_decision, a_flag, a_person, a_policy, an_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(cast: Cast) -> Claim:
    """The moderator has a case in English under the usual policy."""
    a_policy("spam", severity=1)
    return claims.claim(cast.moderator, case_id=a_case(an_account(language="en")).pk)


def moved(actor: Any, claim: Claim, **to: str) -> Case:
    case = moving.move(actor, case_id=claim.case_id, token=claim.token, **to)
    return Case.objects.select_related("lane", "policy").get(pk=case.pk)


def test_the_case_waits_in_the_queue_of_the_right_policy(cast: Cast, claim: Claim) -> None:
    queue = Queue.objects.create(slug="spam", title="Spam")
    queue.policies.add(Policy.objects.get(code="spam"))
    case = moved(cast.moderator, claim, policy="spam")
    claim.refresh_from_db()
    assert (claim.ended_as, case.state, case.policy.code) == (ClaimEnd.MOVED, CaseState.WAITING, "spam")
    served = claims.claim_next(cast.second_moderator, queue="spam")
    assert served is not None
    assert served.case == case


def test_the_case_waits_for_people_who_read_the_right_language(cast: Cast, claim: Claim) -> None:
    case = moved(cast.moderator, claim, language="uk")
    assert (case.language, case.lane.language) == ("uk", "uk")
    assert claims.claim_next(cast.second_moderator) is None
    assert claims.claim_next(a_person("reader", languages=["uk"])) is not None


def test_the_flag_and_the_account_stay_as_they_were_sent(cast: Cast, claim: Claim) -> None:
    before = Flag.objects.values().get()
    case = moved(cast.moderator, claim, policy="spam", language="uk")
    assert Flag.objects.values().get() == before
    assert case.account.language == "en"


def test_its_rank_and_its_time_follow_the_right_policy(cast: Cast, claim: Claim) -> None:
    Policy.objects.filter(code="spam").update(severity=4, hours_to_decide=1)
    before = claim.case
    case = moved(cast.moderator, claim, policy="spam")
    assert case.due_at < before.due_at
    assert case.serving_order > before.serving_order


def test_a_flag_that_comes_later_counts_under_what_it_claims(cast: Cast, claim: Claim) -> None:
    case = moved(cast.moderator, claim, policy="spam")
    a_flag(account=case.account)
    assert Case.objects.get(pk=case.pk).policy.code == a_policy().code


def test_a_case_without_flags_is_moved_too(cast: Cast) -> None:
    a_policy("spam")
    decided = a_decision(cast.moderator, "keep").case
    policies.install_starters(operator())
    opened = restricting.restrict(cast.moderator, case_id=decided.pk, clearance="threat_to_life")
    actor = a_person("cleared")
    actor.person().clearances = ["threat_to_life"]
    actor.person().save()
    case = moved(actor, claims.claim(actor, case_id=opened.pk), policy="spam", language="uk")
    assert (case.policy.code, case.lane.language, case.lane.clearances) == ("spam", "uk", ["threat_to_life"])


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ({"policy": "spam"}, SkipReason.SUBJECT),
        ({"language": "uk"}, SkipReason.LANGUAGE),
        ({"language": "uk", "policy": "spam"}, SkipReason.LANGUAGE),
        ({"language": "ru"}, None),
    ],
)
def test_it_comes_back_today_only_to_who_can_judge_it(
    cast: Cast, claim: Claim, to: dict[str, str], why: str | None
) -> None:
    moved(cast.moderator, claim, **to)
    assert Skip.objects.values_list("why", flat=True).first() == why
    assert (claims.claim_next(cast.moderator) is None) is (why is not None)


def test_the_history_and_the_log_tell_it(cast: Cast, claim: Claim, signed_in: Any) -> None:
    moved(cast.moderator, claim, policy="spam", language="uk")
    (move,) = cases.case_view(cast.auditor, claim.case_id, at=clock.now()).moves
    assert (move.by, move.from_language, move.to_language, move.to_policy) == (
        "Pseudonym of moderator",
        "en",
        "uk",
        "Spam",
    )
    assert Entry.objects.get(action="case.moved").detail == {
        "before": {"language": "en", "policy": a_policy().code},
        "after": {"language": "uk", "policy": "spam"},
    }
    assert "English → Ukrainian" in signed_in(cast.auditor).get(f"/cases/{claim.case_id}/").content.decode()


def test_a_policy_that_asks_for_a_clearance_restricts_the_account(cast: Cast, claim: Claim) -> None:
    policies.install_starters(operator())
    case = moved(cast.moderator, claim, policy="child_safety")
    assert (case.policy.code, case.lane.clearances) == ("child_safety", ["child_safety"])
    assert Restriction.objects.get().made_by == cast.moderator.person()
    assert not cases.cases_visible_to(cast.moderator).exists()


def test_moving_a_restricted_case_opens_it_to_nobody(cast: Cast, claim: Claim) -> None:
    policies.install_starters(operator())
    actor = a_person("cleared")
    actor.person().clearances = ["child_safety"]
    actor.person().save()
    case = restricting.restrict(cast.moderator, case_id=claim.case_id, clearance="child_safety")
    case = moved(actor, claims.claim(actor, case_id=case.pk), policy="spam")
    assert (case.policy.code, case.lane.clearances) == ("spam", ["child_safety"])


@pytest.mark.parametrize(
    "to",
    [
        {},
        {"policy": "none_such"},
        {"language": "none such"},
        {"policy": "coordinated_inauthentic_behaviour"},
        {"language": "en"},
    ],
)
def test_what_changes_nothing_or_is_not_known_is_refused(cast: Cast, claim: Claim, to: dict[str, str]) -> None:
    with nothing_happens(), pytest.raises(Invalid):
        moving.move(cast.moderator, case_id=claim.case_id, token=claim.token, **to)


def test_only_who_has_the_case_moves_it(cast: Cast, claim: Claim) -> None:
    with nothing_happens(), pytest.raises(ClaimLost):
        moving.move(cast.second_moderator, case_id=claim.case_id, token=claim.token, policy="spam")
    assert not CaseMove.objects.exists()


def test_the_queues_count_right_afterwards(cast: Cast, claim: Claim) -> None:
    tallying.add_up()
    moved(cast.moderator, claim, policy="spam", language="uk")
    assert tallies.differences(at=clock.now()) == 0
    tallying.add_up()
    assert tallies.differences(at=clock.now()) == 0


def test_the_page_moves_it_and_shows_the_next_case(cast: Cast, claim: Claim, signed_in: Any) -> None:
    other = a_case()
    path = reverse("reviews:case-move", args=[claim.case_id])
    answer = signed_in(cast.moderator).post(path, {"claim_token": claim.token, "policy": "spam", "language": ""})
    assert answer.headers["Location"] == reverse("reviews:case-detail", args=[other.pk])
