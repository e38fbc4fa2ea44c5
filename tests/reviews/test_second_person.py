"""What needs a second person is proposed, and stands only when somebody else approves it."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, transaction

from audit.models import Entry
from common import clock
from common.errors import Conflict, DomainError, Invalid, NotAllowed
from reviews.choices import CaseState, DecisionState, FlagState, LeftOut, Need
from reviews.errors import ClaimLost, EvidenceChanged, TooLate
from reviews.models import Case, Claim, Decision, Flag, SecondPersonRule
from reviews.rules import second_person
from reviews.rules.second_person import Rule, SuspensionFacts
from reviews.services import batches, claims, decisions, proposals, rules, running, undoing
from reviews.services.batches import Plan
from reviews.services.facts import LegalBasis
from staff import actors, permissions
from staff.choices import Role, Scope, SourceKind
from takedowns.choices import State
from takedowns.models import Enforcement
from tests.calls import nothing_happens
from tests.cast import Cast, a_case, a_client, a_decision, a_flag, a_policy, a_verdict, an_account


def facts(*, protected: bool = False, followers: int | None = 10, governments: bool = False) -> SuspensionFacts:
    return SuspensionFacts(protected, followers, governments)


@pytest.mark.parametrize(
    ("rule", "known", "expected"),
    [
        (Rule(), facts(), []),
        (Rule(), facts(followers=10**9, governments=True), []),
        (Rule(), facts(protected=True), [Need.PROTECTED]),
        (Rule(followers_above=10), facts(followers=10), []),
        (Rule(followers_above=10), facts(followers=11), [Need.FOLLOWERS]),
        (Rule(followers_above=0), facts(followers=None), []),
        (Rule(governments_only=True), facts(governments=True), [Need.GOVERNMENTS]),
        (Rule(5, True), facts(protected=True, governments=True), [Need.PROTECTED, Need.FOLLOWERS, Need.GOVERNMENTS]),
    ],
)
def test_what_needs_a_second_person(rule: Rule, known: SuspensionFacts, expected: list[Need]) -> None:
    assert second_person.needs(rule, known) == expected
    assert second_person.needs(rule, known, "keep") == []


@pytest.mark.parametrize(
    ("role", "answers", "answers_for_governments"),
    [
        (Role.MODERATOR, True, False),
        (Role.SENIOR_MODERATOR, True, False),
        (Role.SUPERVISOR, True, True),
        (Role.AUDITOR, False, False),
        (Role.ADMINISTRATOR, False, False),
    ],
)
def test_who_may_be_the_second_person(role: Role, answers: bool, answers_for_governments: bool) -> None:
    may = permissions.of_role(role)
    both = facts(protected=True, governments=True)
    assert second_person.may_answer(facts(protected=True), may, is_proposer=False) == answers
    assert second_person.may_answer(both, may, is_proposer=False) == answers_for_governments
    assert not second_person.may_answer(facts(protected=True), may, is_proposer=True)


def test_no_key_lends_the_right_to_approve() -> None:
    lent = permissions.for_a_person([scope.value for scope in Scope], Role.SUPERVISOR)
    assert permissions.Permission.APPROVE_DECISION not in lent


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([], False),
        ([SourceKind.GOVERNMENT], True),
        ([SourceKind.GOVERNMENT, SourceKind.GOVERNMENT_BODY], True),
        ([SourceKind.GOVERNMENT, SourceKind.USER_REPORT], False),
    ],
)
def test_what_counts_as_governments_alone(kinds: list[SourceKind], expected: bool) -> None:
    assert second_person.from_governments_only(kinds) == expected


def a_proposal(cast: Cast, **fields: object) -> Decision:
    """The moderator's, on a journalist's account that a trusted flagger flagged."""
    return a_decision(cast.moderator, case=a_case(an_account(protected_class="journalist")), **fields)


@pytest.mark.django_db
def test_a_proposal_answers_no_flag_and_sends_nothing(cast: Cast) -> None:
    proposal = a_proposal(cast)
    assert (proposal.state, proposal.effective_at, proposal.needs) == ("proposed", None, ["protected"])
    assert Case.objects.get().state == CaseState.SECOND_LOOK
    assert Flag.objects.get().state == FlagState.OPEN
    assert Claim.objects.get().ended_as == "proposed"
    assert (Enforcement.objects.count(), Entry.objects.filter(action="decision.made").count()) == (0, 0)
    assert Entry.objects.get(action="decision.proposed").detail["needs"] == ["protected"]


@pytest.mark.django_db
def test_a_supervisors_suspension_of_a_protected_account_is_a_proposal_too(cast: Cast) -> None:
    case = a_case(an_account(protected_class="minor"))
    assert a_decision(cast.supervisor, case=case).state == DecisionState.PROPOSED


@pytest.mark.django_db
def test_a_keep_of_a_protected_account_needs_nobody_else(cast: Cast) -> None:
    case = a_case(an_account(protected_class="minor"))
    assert a_decision(cast.moderator, "keep", case).state == DecisionState.PENDING


@pytest.mark.django_db
def test_an_approved_proposal_stands_from_its_approval_on(cast: Cast, frozen_clock: datetime) -> None:
    proposal = a_proposal(cast)
    with clock.moved(hours=3):
        proposals.approve(cast.second_moderator, decision_id=proposal.pk)
    row, sent = Decision.objects.get(), Enforcement.objects.get()
    assert (row.state, row.decided_by, row.approver) == ("pending", cast.moderator.user, cast.second_moderator.user)
    assert (row.decided_at, row.answered_at) == (frozen_clock, frozen_clock + timedelta(hours=3))
    assert row.effective_at == sent.not_before_at == frozen_clock + timedelta(hours=3, seconds=30)
    assert (Case.objects.get().state, Flag.objects.get().state) == (CaseState.DECIDED, FlagState.AGREED)
    assert Entry.objects.get(action="decision.approved").actor == cast.second_moderator.key


@pytest.mark.django_db
def test_an_orders_approved_proposal_leaves_at_once(cast: Cast, frozen_clock: datetime) -> None:
    basis = LegalBasis(order_id="A 1", authority="An authority", deadline=frozen_clock + timedelta(hours=1))
    proposal = a_decision(cast.moderator, case=a_case(an_account(protected_class="minor"), legal_basis=basis))
    row = proposals.approve(cast.second_moderator, decision_id=proposal.pk)
    assert (row.state, row.effective_at) == (DecisionState.EFFECTIVE, frozen_clock)


@pytest.mark.django_db
def test_nobody_answers_their_own_proposal(cast: Cast) -> None:
    proposal = a_proposal(cast)
    with nothing_happens():
        with pytest.raises(NotAllowed) as refusal:
            proposals.approve(cast.moderator, decision_id=proposal.pk)
        with pytest.raises(NotAllowed):
            proposals.refuse(cast.moderator, decision_id=proposal.pk, reason="No.")
    assert refusal.value.code == "own-proposal"
    assert Case.objects.get().state == CaseState.SECOND_LOOK


@pytest.mark.django_db
def test_no_key_answers_a_proposal(cast: Cast) -> None:
    proposal = a_proposal(cast)
    key = actors.acting_for(cast.client, cast.supervisor.person(), [scope.value for scope in Scope])
    with nothing_happens(), pytest.raises(NotAllowed):
        proposals.approve(key, decision_id=proposal.pk)


@pytest.mark.django_db
def test_where_governments_alone_flagged_a_protected_account_a_supervisor_answers(cast: Cast) -> None:
    ministry, _ = a_client(kind=SourceKind.GOVERNMENT)
    flag = a_flag(ministry, an_account(protected_class="journalist"))
    proposal = a_decision(cast.moderator, case=flag.case)
    with nothing_happens(), pytest.raises(NotAllowed) as refusal:
        proposals.approve(cast.senior, decision_id=proposal.pk)
    assert refusal.value.code == "supervisor-needed"
    a_flag(a_client(kind=SourceKind.USER_REPORT)[0], flag.account)  # now it isn't governments alone
    assert proposals.approve(cast.senior, decision_id=proposal.pk).approver == cast.senior.user


@pytest.mark.django_db
def test_a_refused_case_waits_again_but_not_for_its_proposer_today(cast: Cast, frozen_clock: datetime) -> None:
    proposal = a_proposal(cast)
    row = proposals.refuse(cast.second_moderator, decision_id=proposal.pk, reason=" Too little. ")
    assert (row.state, row.refusal, row.approver) == ("refused", "Too little.", cast.second_moderator.user)
    assert (Case.objects.get().state, Flag.objects.get().state) == (CaseState.WAITING, FlagState.OPEN)
    assert claims.claim_next(cast.moderator) is None
    with clock.moved(days=1):
        assert claims.claim_next(cast.moderator) is not None


@pytest.mark.django_db
def test_a_refusal_says_why(cast: Cast) -> None:
    proposal = a_proposal(cast)
    with nothing_happens(), pytest.raises(Invalid) as refusal:
        proposals.refuse(cast.second_moderator, decision_id=proposal.pk, reason=" ")
    assert list(refusal.value.fields) == ["reason"]


@pytest.mark.django_db
def test_an_answered_proposal_is_not_answered_again(cast: Cast) -> None:
    proposal = a_proposal(cast)
    proposals.approve(cast.second_moderator, decision_id=proposal.pk)
    for answer in (
        lambda: proposals.approve(cast.senior, decision_id=proposal.pk),
        lambda: proposals.refuse(cast.senior, decision_id=proposal.pk, reason="No."),
        lambda: proposals.withdraw(cast.moderator, decision_id=proposal.pk),
    ):
        with nothing_happens(), pytest.raises(Conflict):
            answer()


@pytest.mark.django_db
def test_a_suspension_that_would_have_ended_is_not_approved(cast: Cast, frozen_clock: datetime) -> None:
    proposal = a_proposal(cast, until=frozen_clock + timedelta(days=7))
    with clock.moved(days=8), nothing_happens(), pytest.raises(TooLate):
        proposals.approve(cast.second_moderator, decision_id=proposal.pk)


@pytest.mark.django_db
def test_a_proposer_takes_it_back_and_nobody_else_does(cast: Cast) -> None:
    proposal = a_proposal(cast)
    with nothing_happens(), pytest.raises(NotAllowed):
        undoing.undo(cast.supervisor, decision_id=proposal.pk)
    row = undoing.undo(cast.moderator, decision_id=proposal.pk)
    assert (row.state, row.undone_by, row.approver) == ("undone", cast.moderator.user, None)
    assert Case.objects.get().state == CaseState.WAITING
    assert claims.claim_next(cast.moderator) is not None


@pytest.mark.django_db
def test_flags_that_come_meanwhile_join_and_are_answered(cast: Cast) -> None:
    proposal = a_proposal(cast)
    a_flag(None, proposal.account)
    proposals.approve(cast.second_moderator, decision_id=proposal.pk)
    assert list(Flag.objects.values_list("state", flat=True)) == ["agreed", "agreed"]


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["moderator", "second_moderator"])
def test_both_of_them_can_undo_it(cast: Cast, who: str) -> None:
    proposal = a_proposal(cast)
    proposals.approve(cast.second_moderator, decision_id=proposal.pk)
    undoing.undo(getattr(cast, who), decision_id=proposal.pk)
    assert (Enforcement.objects.get().state, Case.objects.get().state) == (State.CANCELLED, CaseState.WAITING)


@pytest.mark.django_db
def test_a_kept_account_whose_case_came_back_is_proposed_and_the_keep_reversed_at_approval(cast: Cast) -> None:
    case = a_case(an_account(protected_class="journalist"))
    kept = a_decision(cast.moderator, "keep", case)
    with clock.moved(minutes=1):
        decisions.make_effective()
        Case.objects.filter(pk=case.pk).update(state=CaseState.WAITING, closed_at=None)
        proposal = a_decision(cast.moderator, case=case)
        kept.refresh_from_db()
        assert (kept.state, proposal.reverses) == (DecisionState.EFFECTIVE, None)
        row = proposals.approve(cast.second_moderator, decision_id=proposal.pk)
    kept.refresh_from_db()
    assert (kept.state, row.reverses_id) == (DecisionState.REVERSED, kept.pk)


@pytest.mark.django_db
def test_a_keep_is_not_reversed_past_the_second_person(cast: Cast) -> None:
    kept = a_decision(cast.moderator, "keep", a_case(an_account(protected_class="journalist")))
    with nothing_happens(), pytest.raises(Conflict) as refusal:
        undoing.reverse(cast.supervisor, decision_id=kept.pk, reason="It was wrong.")
    assert refusal.value.code == "second-person-needed"


@pytest.mark.django_db
def test_who_lost_the_claim_to_their_proposal_is_told_so(cast: Cast) -> None:
    case = a_case(an_account(protected_class="journalist"))
    claim = claims.claim(cast.moderator, case_id=case.pk)
    decisions.decide_one(cast.moderator, a_verdict(claim))
    with pytest.raises(ClaimLost, match="You proposed to suspend"):
        claims.release(cast.moderator, case_id=case.pk, token=claim.token)


@pytest.mark.django_db
def test_a_rule_holds_from_when_it_is_set(cast: Cast) -> None:
    many = an_account(followers=5001)
    rules.set_second_person(cast.supervisor, Rule(followers_above=5000))
    assert a_decision(cast.moderator, case=a_case(many)).needs == ["followers"]
    rules.set_second_person(cast.supervisor, Rule(governments_only=True))
    assert a_decision(cast.moderator, case=a_case(an_account(followers=5001))).state == DecisionState.PENDING
    ministry, _ = a_client(kind=SourceKind.GOVERNMENT_BODY)
    assert a_decision(cast.moderator, case=a_flag(ministry).case).needs == ["governments"]
    told = Entry.objects.filter(action="rule.set").latest("recorded_at").detail
    assert told["before"] == {"followers_above": 5000, "governments_only": False}
    assert told["after"] == {"followers_above": None, "governments_only": True}


@pytest.mark.django_db
def test_only_supervisors_set_the_rule_and_not_the_same_twice(cast: Cast) -> None:
    with nothing_happens():
        for actor in (cast.moderator, cast.senior, cast.auditor, cast.administrator):
            with pytest.raises(NotAllowed):
                rules.set_second_person(actor, Rule(followers_above=1))
        with pytest.raises(Conflict):
            rules.set_second_person(cast.supervisor, Rule())


@pytest.mark.django_db
def test_a_batch_leaves_out_what_needs_a_second_person(cast: Cast) -> None:
    rules.set_second_person(cast.supervisor, Rule(followers_above=5000, governments_only=True))
    ministry, _ = a_client(kind=SourceKind.GOVERNMENT)
    listed = [an_account(), an_account(followers=5001), a_flag(ministry).account, an_account(protected_class="minor")]
    late = an_account()
    plan = Plan(
        title="B",
        outcome="suspend",
        policy=a_policy().code,
        reason="It is so.",
        expected_count=5,
        accounts=[("simulator", row.external_id) for row in [*listed, late]],
    )
    batch = batches.plan(cast.moderator, plan)
    assert batch.counts["left_out"] == {"second_person": 2, "protected": 1}
    a_flag(ministry, late)  # between the plan and the run
    batches.start(cast.moderator, batch_id=batch.pk)
    running.run(batch.pk)
    assert list(Decision.objects.values_list("account_id", flat=True)) == [listed[0].pk]
    assert batch.items.get(account=late).left_out == LeftOut.SECOND_PERSON


@pytest.mark.django_db
def test_decide_itself_lets_no_batch_past_the_second_person(cast: Cast) -> None:
    claim = claims.claim(cast.moderator, case_id=a_case(an_account(protected_class="minor")).pk)
    plan = Plan(
        title="B",
        outcome="suspend",
        policy=a_policy().code,
        reason="It is so.",
        expected_count=1,
        accounts=[("simulator", an_account().external_id)],
    )
    batch = batches.plan(cast.moderator, plan)
    (answer,) = decisions.decide(cast.moderator, [a_verdict(claim)], batch=batch)
    assert isinstance(answer, DomainError)
    assert (answer.code, Decision.objects.count()) == ("second-person-needed", 0)


# ── what the database itself refuses ─────────────────────────────────────────────────────────────────────
@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"state": "pending"},
        {"state": "effective", "effective_at": clock.now()},
        {"state": "refused"},
        {"state": "proposed", "effective_at": clock.now()},
    ],
)
def test_a_proposal_does_not_become_anything_without_a_second_person(cast: Cast, change: dict[str, object]) -> None:
    proposal = a_proposal(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=proposal.pk).update(**change)


@pytest.mark.django_db
def test_the_proposer_is_never_the_approver(cast: Cast) -> None:
    proposal = a_proposal(cast)
    now = clock.now()
    with pytest.raises(IntegrityError, match="reviews_decision_second_person"), transaction.atomic():
        Decision.objects.filter(pk=proposal.pk).update(
            state="pending", effective_at=now, answered_at=now, approver=cast.moderator.user
        )


@pytest.mark.django_db
def test_an_answer_stays_as_it_was_given(cast: Cast) -> None:
    proposal = a_proposal(cast)
    proposals.approve(cast.second_moderator, decision_id=proposal.pk)
    for change in ({"approver": cast.senior.user}, {"effective_at": clock.now()}, {"needs": []}):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            Decision.objects.filter(pk=proposal.pk).update(**change)


@pytest.mark.django_db
def test_a_rule_is_never_changed_nor_deleted(cast: Cast) -> None:
    rules.set_second_person(cast.supervisor, Rule(followers_above=1))
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        SecondPersonRule.objects.update(followers_above=2)
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        SecondPersonRule.objects.all().delete()


@pytest.mark.django_db
def test_a_keep_beside_a_refused_proposal_still_looks_at_what_is_new(cast: Cast) -> None:
    proposal = a_proposal(cast)
    proposals.refuse(cast.second_moderator, decision_id=proposal.pk, reason="No.")
    claim = claims.claim(cast.senior, case_id=proposal.case_id)
    a_flag(None, proposal.account)
    with pytest.raises(EvidenceChanged):
        decisions.decide_one(cast.senior, a_verdict(claim, "keep"))
