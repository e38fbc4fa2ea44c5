"""Material that is restricted leaves everybody's hands and sight but those of people who are cleared for it."""

import pytest

from accounts.models import Account
from audit.models import Entry
from common import clock
from common.errors import Conflict, Invalid, NotAllowed, NotFound
from reviews.choices import CaseState, ClaimEnd, HoldEnd
from reviews.errors import ClaimLost
from reviews.models import Case, Claim, Escalation, Hold, Queue, Restriction
from reviews.rules.planning import counted
from reviews.selectors import cases, linked, restrictions, serving, tallies
from reviews.services import (
    batches,
    claims,
    decisions,
    escalations,
    handing,
    holding,
    policies,
    restricting,
    tallying,
    withdrawals,
)
from reviews.services.batches import Plan
from reviews.services.facts import EvidencePost
from staff.actors import Actor, operator
from staff.choices import Role
from tests.calls import nothing_happens
from tests.cast import Cast, a_case, a_client, a_decision, a_flag, a_person, a_verdict, an_account

pytestmark = pytest.mark.django_db
CHILDREN, LIVES = "child_safety", "threat_to_life"


def cleared(username: str, role: Role = Role.MODERATOR, *, clearances: list[str] | None = None) -> Actor:
    """A person who is cleared for abuse of children, unless told otherwise."""
    actor = a_person(username, role)
    actor.person().clearances = [CHILDREN] if clearances is None else clearances
    actor.person().save()
    return actor


@pytest.fixture(autouse=True)
def _starters(cast: Cast) -> None:
    policies.install_starters(operator())


def visible(actor: Actor) -> set[Case]:
    return set(cases.cases_visible_to(actor))


def test_the_case_leaves_the_hands_of_who_restricts_it_and_waits_in_the_restricted_queue(cast: Cast) -> None:
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    case = restricting.restrict(cast.moderator, case_id=claim.case_id, clearance=CHILDREN)
    claim.refresh_from_db()
    assert (claim.ended_as, case.state, visible(cast.moderator)) == (ClaimEnd.RESTRICTED, CaseState.WAITING, set())
    served = claims.claim_next(cleared("cleared"), queue="restricted")
    assert served is not None
    assert served.case == case


def test_the_claim_that_was_lost_so_decides_nothing(cast: Cast) -> None:
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    restricting.restrict(cast.second_moderator, case_id=claim.case_id, clearance=LIVES)
    with pytest.raises(ClaimLost):
        claims.renew(cast.moderator, case_id=claim.case_id, token=claim.token)


def test_who_is_cleared_keeps_what_they_have(cast: Cast) -> None:
    actor = cleared("cleared")
    claim = claims.claim(actor, case_id=a_case().pk)
    restricting.restrict(actor, case_id=claim.case_id, clearance=CHILDREN)
    claims.renew(actor, case_id=claim.case_id, token=claim.token)
    assert cases.get_case(actor, claim.case_id).state == CaseState.CLAIMED


def test_every_case_of_the_account_is_hidden_the_decided_ones_too(cast: Cast) -> None:
    account = an_account()
    decided = a_decision(cast.moderator, "keep", case=a_case(account)).case
    case = a_case(account, posts=(EvidencePost(external_id="new", text="Another post"),))
    assert visible(cast.moderator) == {decided, case}
    restricting.restrict(cast.moderator, case_id=case.pk, clearance=CHILDREN)
    assert visible(cast.moderator) == set()
    assert visible(cleared("cleared")) == {decided, case}


def test_a_decided_case_that_is_restricted_opens_a_new_one_for_those_who_are_cleared(cast: Cast) -> None:
    decided = a_decision(cast.moderator, "keep").case
    case = restricting.restrict(cast.moderator, case_id=decided.pk, clearance=LIVES)
    assert (case.state, case.earlier, case.policy.code) == (CaseState.WAITING, decided, "threats_of_violence")
    assert Restriction.objects.get().case == case


def test_a_case_without_flags_stands_under_the_restricted_policy(cast: Cast) -> None:
    case = restricting.restrict(cast.moderator, case_id=a_decision(cast.moderator).case_id, clearance=CHILDREN)
    again = restricting.restrict(cleared("cleared"), case_id=case.pk, clearance=LIVES)
    stored = Case.objects.select_related("lane", "policy").get(pk=again.pk)
    assert (stored.policy.code, stored.lane.clearances) == ("threats_of_violence", [CHILDREN, LIVES])


def test_the_flag_still_claims_what_it_claimed(cast: Cast) -> None:
    flag = a_flag()
    restricting.restrict(cast.moderator, case_id=flag.case_id, clearance=CHILDREN)
    claimed = flag.policy
    flag.refresh_from_db()
    case = Case.objects.select_related("policy").get(pk=flag.case_id)
    assert (flag.policy, case.policy.code) == (claimed, "child_safety")


def test_restricting_again_changes_nothing(cast: Cast) -> None:
    actor = cleared("cleared")
    case = restricting.restrict(actor, case_id=a_case().pk, clearance=CHILDREN)
    with nothing_happens():
        restricting.restrict(actor, case_id=case.pk, clearance=CHILDREN)


@pytest.mark.parametrize("clearance", ["", "everything"])
def test_an_unknown_clearance_is_refused(cast: Cast, clearance: str) -> None:
    case = a_case()
    with nothing_happens(), pytest.raises(Invalid):
        restricting.restrict(cast.moderator, case_id=case.pk, clearance=clearance)


def test_who_works_no_cases_and_who_is_not_cleared_restrict_nothing(cast: Cast) -> None:
    case, hidden = a_case(), a_case(policy="child_safety")
    with nothing_happens():
        with pytest.raises(NotAllowed):
            restricting.restrict(cast.auditor, case_id=case.pk, clearance=CHILDREN)
        with pytest.raises(NotFound):
            restricting.restrict(cast.moderator, case_id=hidden.pk, clearance=LIVES)


def test_what_was_held_asked_or_kept_is_nobodys_any_more(cast: Cast) -> None:
    Queue.objects.create(slug="whoever", title="Whoever")
    held = claims.claim(cast.moderator, case_id=a_case().pk)
    holding.hold(cast.moderator, case_id=held.case_id, token=held.token, reason="Later.")
    asked = claims.claim(cast.moderator, case_id=a_case().pk)
    escalations.escalate(cast.moderator, case_id=asked.case_id, token=asked.token, queue="whoever", question="Well?")
    kept = handing.hand_over(cast.supervisor, case_id=a_case().pk, to="moderator")
    for case_id in (held.case_id, asked.case_id, kept.pk):
        case = restricting.restrict(cast.second_moderator, case_id=case_id, clearance=CHILDREN)
        case.refresh_from_db()
        assert (case.state, case.reserved_for) == (CaseState.WAITING, None)
    assert Hold.objects.get().ended_as == HoldEnd.RESTRICTED
    assert Escalation.objects.get().closed_at is not None
    assert set(serving.reserved_for(cast.moderator.person(), clock.now())) == set()


def test_an_answer_keeps_nothing_for_an_asker_who_is_not_cleared(cast: Cast) -> None:
    asker, senior = cleared("asker"), cleared("cleared_senior", Role.SENIOR_MODERATOR)
    claim = claims.claim(asker, case_id=a_case(policy="child_safety").pk)
    escalations.escalate(asker, case_id=claim.case_id, token=claim.token, queue="restricted", question="Well?")
    asker.person().clearances = []
    asker.person().save()
    escalations.answer(senior, case_id=claim.case_id, text="It is.")
    assert Case.objects.get(pk=claim.case_id).reserved_for is None


# ── by flags ─────────────────────────────────────────────────────────────────────────────────────────────
def test_a_flag_under_a_restricted_policy_restricts_the_account(cast: Cast) -> None:
    case = a_case(policy="child_safety")
    row = Restriction.objects.get()
    assert (row.case, row.clearance, row.made_by) == (case, CHILDREN, None)
    assert Account.objects.get(pk=case.account_id).clearances == [CHILDREN]
    assert Entry.objects.get(action="case.restricted").detail == {"clearance": CHILDREN, "cause": "flag"}


def test_such_a_flag_takes_the_case_from_who_has_it_and_hides_the_older_ones(cast: Cast) -> None:
    account = an_account()
    old = a_decision(cast.moderator, "keep", case=a_case(account)).case
    claim = claims.claim(
        cast.moderator, case_id=a_case(account, posts=(EvidencePost(external_id="new", text="A post"),)).pk
    )
    a_flag(account=account, policy="child_safety")
    claim.refresh_from_db()
    assert (claim.ended_as, claim.case.state) == (ClaimEnd.RESTRICTED, CaseState.WAITING)
    assert old not in visible(cast.moderator)


def test_a_second_such_flag_says_nothing_new(cast: Cast) -> None:
    account = an_account()
    a_flag(account=account, policy="child_safety")
    a_flag(account=account, policy="child_safety")
    assert Restriction.objects.count() == 1


def test_the_account_stays_restricted_when_the_flag_is_withdrawn(cast: Cast) -> None:
    client, _ = a_client()
    account = an_account()
    other = a_flag(account=account)
    withdrawals.withdraw(client, flag_id=a_flag(client, account, policy="child_safety").pk)
    assert other.case not in visible(cast.moderator)


def test_a_later_flag_leaves_a_restricted_account_restricted(cast: Cast) -> None:
    case = restricting.restrict(cast.moderator, case_id=a_case().pk, clearance=CHILDREN)
    a_flag(account=case.account)
    assert case not in visible(cast.moderator)


# ── what others see of it ────────────────────────────────────────────────────────────────────────────────
def test_linked_accounts_are_counted_without_what_is_restricted(cast: Cast) -> None:
    post = (EvidencePost(external_id="1", text="City council considers a ballot measure"),)
    mine = a_case(an_account("a:news_1", bio="Same words here", handle="news_1"), posts=post)
    twin = a_case(an_account("a:news_2", bio="Same words here", handle="news_2"), posts=post)
    restricting.restrict(cast.moderator, case_id=twin.pk, clearance=CHILDREN)
    found = linked.linked_to(cast.moderator, mine.account)
    assert (found.text.accounts, found.alike) == (0, [])
    assert linked.linked_to(cleared("cleared"), mine.account).text.accounts == 1


def test_a_batch_leaves_out_what_its_asker_may_not_see(cast: Cast) -> None:
    case = restricting.restrict(cast.moderator, case_id=a_case().pk, clearance=CHILDREN)
    plan = Plan(
        title="B",
        outcome="suspend",
        policy=case.policy.code,
        reason="It is so.",
        expected_count=1,
        accounts=[("simulator", case.account.external_id)],
    )
    assert batches.plan(cast.moderator, plan).counts == counted(["restricted"])
    assert batches.plan(cleared("cleared"), plan).counts == counted([""])


def test_the_queues_count_right_after_restricting_and_lifting(cast: Cast) -> None:
    supervisor = cleared("head", Role.SUPERVISOR)
    account = an_account()
    a_decision(cast.moderator, "keep", case=a_case(account))
    case = a_case(account, posts=(EvidencePost(external_id="new", text="A post"),))
    tallying.add_up()
    restricting.restrict(cast.moderator, case_id=case.pk, clearance=CHILDREN)
    assert tallies.differences(at=clock.now()) == 0
    restricting.lift(supervisor, restriction_id=Restriction.objects.get().pk, reason="A film.")
    assert tallies.differences(at=clock.now()) == 0


# ── acknowledging and lifting ────────────────────────────────────────────────────────────────────────────
def test_an_alert_stands_until_somebody_who_is_cleared_answers_for_it(cast: Cast) -> None:
    actor = cleared("cleared")
    restricting.restrict(cast.moderator, case_id=a_case().pk, clearance=CHILDREN)
    (row,) = restrictions.alerting(actor)
    assert restrictions.alerting(cast.supervisor) == []
    with nothing_happens(), pytest.raises(NotFound):
        restricting.acknowledge(cast.supervisor, restriction_id=row.pk)
    restricting.acknowledge(actor, restriction_id=row.pk)
    row.refresh_from_db()
    assert (restrictions.alerting(actor), row.acknowledged_by) == ([], actor.person())


def test_a_supervisor_who_is_cleared_lifts_what_was_restricted_by_mistake(cast: Cast) -> None:
    account = an_account()
    decided = a_decision(cast.moderator, "keep", case=a_case(account)).case
    flag = a_flag(account=account, posts=(EvidencePost(external_id="new", text="A post"),))
    before = flag.case.policy_id
    restricting.restrict(cast.moderator, case_id=flag.case_id, clearance=CHILDREN)
    row = Restriction.objects.get()
    restricting.lift(cleared("head", Role.SUPERVISOR), restriction_id=row.pk, reason="A film.")
    assert visible(cast.moderator) == {decided, flag.case}
    assert Case.objects.get(pk=flag.case_id).policy_id == before
    assert Account.objects.get(pk=account.pk).clearances == []


def test_lifting_is_refused_to_others_and_while_a_flag_claims_it(cast: Cast) -> None:
    supervisor = cleared("head", Role.SUPERVISOR)
    a_case(policy="child_safety")
    row = Restriction.objects.get()
    with nothing_happens():
        with pytest.raises(NotFound):
            restricting.lift(cast.supervisor, restriction_id=row.pk, reason="A film.")
        with pytest.raises(NotAllowed):
            restricting.lift(cast.moderator, restriction_id=row.pk, reason="A film.")
        with pytest.raises(Conflict):
            restricting.lift(supervisor, restriction_id=row.pk, reason="A film.")
        with pytest.raises(Invalid):
            restricting.lift(supervisor, restriction_id=row.pk, reason=" ")


def test_the_same_material_can_be_decided_by_who_is_cleared(cast: Cast) -> None:
    actor = cleared("cleared")
    case = restricting.restrict(cast.moderator, case_id=a_case().pk, clearance=CHILDREN)
    claim = claims.claim(actor, case_id=case.pk)
    assert decisions.decide_one(actor, a_verdict(claim, policy="child_safety")).case == case
    assert Claim.objects.get(pk=claim.pk).ended_as == ClaimEnd.DECIDED
