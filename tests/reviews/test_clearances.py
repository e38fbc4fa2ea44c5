"""Restricted material: who isn't cleared for it is neither served nor shown it, and can do nothing about it."""

from typing import Any

import pytest

from audit.models import Entry
from common import clock
from common.errors import Invalid, NotFound
from reviews.models import Case, Claim, Decision, Escalation, Policy, Queue, SecondPersonRule
from reviews.rules.finding import Asked
from reviews.selectors import account_find, asides, case_filters, cases, notes, queues, second_person, serving
from reviews.services import claims, decisions, escalations, handing, policies, proposals
from reviews.services import notes as writing
from staff.actors import SYSTEM, operator
from staff.choices import Role
from tests.cast import Cast, a_case, a_flag, a_person, a_verdict, an_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def restricted(cast: Cast) -> Case:
    """A waiting case of restricted material."""
    policies.install_starters(operator())
    return a_case(policy="child_safety")


@pytest.fixture
def cleared(db: None) -> Any:
    """A moderator who is cleared for it."""
    actor = a_person("cleared")
    actor.person().clearances = ["child_safety"]
    actor.person().save()
    return actor


def test_restricted_material_is_neither_served_nor_counted_nor_shown(cast: Cast, restricted: Case) -> None:
    before = Entry.objects.count()
    assert claims.claim_next(cast.moderator) is None
    assert {row.waiting for row in queues.counts_for(cast.supervisor, at=clock.now())} == {0}
    assert not cases.cases_visible_to(cast.moderator).exists()
    with pytest.raises(NotFound):
        claims.claim(cast.moderator, case_id=restricted.pk)
    assert (Claim.objects.count(), Entry.objects.count()) == (0, before)


def test_a_key_that_speaks_for_itself_reads_nothing_restricted(cast: Cast, restricted: Case) -> None:
    assert not cases.cases_visible_to(cast.client).exists()
    assert cases.cases_visible_to(SYSTEM).exists()


def test_who_is_cleared_is_served_and_claims_it(restricted: Case, cleared: Any) -> None:
    assert cases.get_case(cleared, restricted.pk) == restricted
    claim = claims.claim_next(cleared, queue="restricted")
    assert claim is not None
    assert claim.case == restricted


def test_one_restricted_flag_restricts_the_case_also_when_another_is_as_grave(cast: Cast) -> None:
    policies.install_starters(operator())
    account = an_account()
    case = a_case(account, policy="terrorist_content")
    assert cases.cases_visible_to(cast.moderator).filter(pk=case.pk).exists()
    a_flag(account=account, policy="threats_of_violence")
    assert not cases.cases_visible_to(cast.moderator).filter(pk=case.pk).exists()


def test_the_page_of_an_account_with_restricted_material_is_refused(signed_in, cast: Cast, restricted: Case, cleared):
    path = f"/accounts/{restricted.account_id}/"
    assert signed_in(cast.moderator).get(path).status_code == 403
    assert signed_in(cleared).get(path).status_code == 200
    assert signed_in(cast.moderator).get(f"/cases/{restricted.pk}/").status_code == 404


def test_the_starter_policies_are_open_but_for_children_and_lives(cast: Cast) -> None:
    policies.install_starters(operator())
    needs = {policy.code: policy.clearance for policy in Policy.objects.exclude(clearance="")}
    assert needs == {"child_safety": "child_safety", "threats_of_violence": "threat_to_life"}


# ── set aside ────────────────────────────────────────────────────────────────────────────────────────────
def test_a_restricted_case_is_handed_to_nobody_who_is_not_cleared(cast: Cast, restricted: Case) -> None:
    supervisor = a_person("head", Role.SUPERVISOR)
    supervisor.person().clearances = ["child_safety"]
    supervisor.person().save()
    before = Entry.objects.count()
    with pytest.raises(NotFound):
        handing.hand_over(cast.supervisor, case_id=restricted.pk, to="moderator")
    with pytest.raises(Invalid):
        handing.hand_over(supervisor, case_id=restricted.pk, to="moderator")
    restricted.refresh_from_db()
    assert (restricted.reserved_for, Entry.objects.count()) == (None, before)


def test_a_kept_case_that_became_restricted_is_not_served(cast: Cast) -> None:
    policies.install_starters(operator())
    account = an_account()
    case = a_case(account, policy="terrorist_content")
    handing.hand_over(cast.supervisor, case_id=case.pk, to="moderator")
    a_flag(account=account, policy="threats_of_violence")
    assert not serving.reserved_for(cast.moderator.person(), clock.now()).exists()
    assert claims.claim_next(cast.moderator) is None


def test_a_question_on_a_restricted_case_is_asked_of_those_who_are_cleared(
    cast: Cast, restricted: Case, cleared: Any
) -> None:
    claim = claims.claim(cleared, case_id=restricted.pk)
    queue = Queue.objects.first()
    assert queue is not None
    escalations.escalate(cleared, case_id=restricted.pk, token=claim.token, queue=queue.slug, question="Is it?")
    assert not asides.open_questions(cast.senior).exists()
    with pytest.raises(NotFound):
        escalations.answer(cast.senior, case_id=restricted.pk, text="It is.")
    assert Escalation.objects.get().closed_at is None


def test_a_proposal_on_a_restricted_case_is_answered_by_those_who_are_cleared(
    cast: Cast, restricted: Case, cleared: Any
) -> None:
    SecondPersonRule.objects.create(followers_above=0, set_by=cast.supervisor.person(), set_at=clock.now())
    restricted.account.followers = 5
    restricted.account.save()
    claim = claims.claim(cleared, case_id=restricted.pk)
    proposal = decisions.decide_one(cleared, a_verdict(claim, policy="child_safety"))
    assert second_person.waiting_for(cast.senior) == 0
    assert not second_person.proposals_visible_to(cast.senior).exists()
    with pytest.raises(NotFound):
        proposals.approve(cast.senior, decision_id=proposal.pk)
    assert Decision.objects.get().state == "proposed"


def test_a_note_on_a_restricted_case_does_not_reach_whom_it_may_not_be_shown(
    cast: Cast, restricted: Case, cleared: Any
) -> None:
    writing.write(cleared, case_id=restricted.pk, text="@moderator @cleared look")
    assert not notes.unread_mentions(cast.moderator.person()).exists()
    with pytest.raises(NotFound):
        writing.write(cast.moderator, case_id=restricted.pk, text="What is it?")


# ── the list of cases ────────────────────────────────────────────────────────────────────────────────────
def test_the_list_and_the_search_of_accounts_leave_restricted_cases_out(
    cast: Cast, restricted: Case, cleared: Any
) -> None:
    other = a_case()
    found = {
        actor: set(case_filters.found(actor, Asked(), at=clock.now()).in_states)
        for actor in (cast.moderator, cleared, cast.client)
    }
    assert found == {cast.moderator: {other}, cleared: {other, restricted}, cast.client: {other}}
    named = f"simulator/{restricted.account.external_id}"
    [shown], _ = account_find.find_accounts(cast.moderator, named)
    assert shown.open_case is None
