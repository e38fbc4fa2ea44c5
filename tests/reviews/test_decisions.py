"""What a decision does, what refuses it, and how it is taken back."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, transaction

from audit.models import Entry
from common import bulk, clock
from common.errors import Conflict, Invalid, NotAllowed
from reviews.choices import CaseState, DecisionState, FlagState
from reviews.errors import ClaimLost, EvidenceChanged, TooLate
from reviews.models import Case, Decision, Flag
from reviews.services import claims, decisions, undoing, withdrawals
from staff.choices import SourceKind
from takedowns.choices import Kind, State
from takedowns.models import Enforcement
from tests.cast import Cast, a_case, a_client, a_decision, a_flag, a_verdict, an_account

pytestmark = pytest.mark.django_db


def test_a_suspension_leaves_decision_entry_and_enforcement(cast: Cast, frozen_clock: datetime) -> None:
    case = a_case()
    decision = a_decision(cast.moderator, case=case)
    row = Enforcement.objects.get(cause=f"decision:{decision.pk}")
    assert (decision.state, row.kind, row.state) == (DecisionState.PENDING, Kind.SUSPEND, State.WAITING)
    assert row.not_before_at == frozen_clock + timedelta(seconds=30)
    assert Case.objects.get(pk=case.pk).state == CaseState.DECIDED
    assert Flag.objects.get(case=case).state == FlagState.AGREED
    assert Entry.objects.filter(action="decision.made", subjects__contains=[f"decision:{decision.pk}"]).count() == 1


def test_a_keep_sends_nothing(cast: Cast) -> None:
    case = a_case()
    a_decision(cast.moderator, "keep", case)
    assert Enforcement.objects.count() == 0
    assert Flag.objects.get(case=case).state == FlagState.DISAGREED


def test_a_decision_keeps_who_had_flagged_its_case(cast: Cast) -> None:
    """Once each, in order; a withdrawn flag doesn't count, nor one that comes later."""
    account = an_account()
    for kind in (SourceKind.USER_REPORT, SourceKind.GOVERNMENT, SourceKind.GOVERNMENT):
        a_flag(a_client(kind=kind)[0], account)
    school = a_client(kind=SourceKind.SCHOOL)[0]
    withdrawals.withdraw(school, flag_id=a_flag(school, account).pk)
    decision = a_decision(cast.moderator, case=Case.objects.get())
    a_flag(a_client(kind=SourceKind.AUTOMATED)[0], account)
    assert Decision.objects.get(pk=decision.pk).source_kinds == ["government", "user_report"]


def test_a_decision_on_a_reopened_case_still_knows_its_first_flags(cast: Cast) -> None:
    account = an_account()
    a_flag(a_client(kind=SourceKind.GOVERNMENT)[0], account)
    a_decision(cast.moderator, "keep", case=Case.objects.get())
    for _ in range(3):
        a_flag(a_client(kind=SourceKind.USER_REPORT)[0], account)
    decision = a_decision(cast.moderator, case=Case.objects.get())
    assert Decision.objects.get(pk=decision.pk).source_kinds == ["government", "user_report"]


def test_many_decided_at_once_each_keep_their_own(cast: Cast) -> None:
    kinds = [SourceKind.GOVERNMENT, SourceKind.USER_REPORT] * bulk.FEW
    sent = [a_flag(a_client(kind=kind)[0]) for kind in kinds]
    held = [claims.claim(cast.moderator, case_id=flag.case_id) for flag in sent]
    decisions.decide(cast.moderator, [a_verdict(claim) for claim in held])
    by_case = dict(Decision.objects.values_list("case_id", "source_kinds"))
    assert by_case == {flag.case_id: [kind] for flag, kind in zip(sent, kinds, strict=True)}


def test_a_stale_token_is_refused_and_nothing_happens(cast: Cast) -> None:
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    before = Entry.objects.count()
    with pytest.raises(ClaimLost):
        decisions.decide_one(cast.moderator, a_verdict(claim, token="stale"))
    assert (Decision.objects.count(), Enforcement.objects.count(), Entry.objects.count()) == (0, 0, before)


def test_another_persons_token_is_refused(cast: Cast) -> None:
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    with pytest.raises(ClaimLost):
        decisions.decide_one(cast.second_moderator, a_verdict(claim))


def test_keep_on_changed_evidence_is_refused_and_suspend_stands(cast: Cast) -> None:
    case = a_case()
    claim = claims.claim(cast.moderator, case_id=case.pk)
    seen = a_verdict(claim, "keep")
    a_flag(None, case.account)
    with pytest.raises(EvidenceChanged) as refusal:
        decisions.decide_one(cast.moderator, seen)
    assert refusal.value.details["evidence_version"] == 2
    decisions.decide_one(cast.moderator, a_verdict(claim, "suspend", evidence_version=1))
    assert Flag.objects.filter(case=case, state=FlagState.AGREED).count() == 2


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"reason": "  "}, "reason"),
        ({"policy": "no_such"}, "policy"),
        ({"outcome": "delete"}, "outcome"),
        ({"evidence_version": 9}, "evidence_version"),
        ({"until": clock.now() - timedelta(days=1)}, "until"),
    ],
)
def test_a_faulty_verdict_names_the_field(cast: Cast, fields: dict[str, object], named: str) -> None:
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    with pytest.raises(Invalid) as refusal:
        decisions.decide_one(cast.moderator, a_verdict(claim, **fields))
    assert list(refusal.value.fields) == [named]


def test_one_refused_verdict_leaves_the_others_standing(cast: Cast) -> None:
    good, bad = (claims.claim(cast.moderator, case_id=a_case().pk) for _ in range(2))
    answers = decisions.decide(cast.moderator, [a_verdict(good), a_verdict(bad, reason="")])
    assert isinstance(answers[0], Decision)
    assert isinstance(answers[1], Invalid)
    assert Decision.objects.count() == 1


def test_undo_inside_the_window_cancels_the_enforcement(cast: Cast, frozen_clock: datetime) -> None:
    case = a_case()
    decision = a_decision(cast.moderator, case=case)
    with clock.moved(seconds=29):
        undoing.undo(cast.moderator, decision_id=decision.pk)
    assert Enforcement.objects.get().state == State.CANCELLED
    assert Case.objects.get(pk=case.pk).state == CaseState.WAITING
    assert Flag.objects.get(case=case).state == FlagState.OPEN


def test_undo_after_the_window_is_too_late(cast: Cast, frozen_clock: datetime) -> None:
    decision = a_decision(cast.moderator)
    with clock.moved(seconds=30), pytest.raises(TooLate):
        undoing.undo(cast.moderator, decision_id=decision.pk)
    assert Enforcement.objects.get().state == State.WAITING


def test_a_colleague_does_not_undo_but_a_senior_does(cast: Cast) -> None:
    decision = a_decision(cast.moderator)
    with pytest.raises(NotAllowed):
        undoing.undo(cast.second_moderator, decision_id=decision.pk)
    assert undoing.undo(cast.senior, decision_id=decision.pk).state == DecisionState.UNDONE


def test_undo_twice_is_refused(cast: Cast) -> None:
    decision = a_decision(cast.moderator)
    undoing.undo(cast.moderator, decision_id=decision.pk)
    with pytest.raises(Conflict):
        undoing.undo(cast.moderator, decision_id=decision.pk)


def test_undoing_a_keep_folds_the_newer_case(cast: Cast) -> None:
    old = a_case()
    decision = a_decision(cast.moderator, "keep", old)
    newer = Case.objects.create(
        account=old.account,
        platform=old.platform,
        policy=old.policy,
        lane=old.lane,
        opened_at=clock.now(),
        due_at=clock.now(),
        serving_order=0,
    )
    undoing.undo(cast.moderator, decision_id=decision.pk)
    assert Case.objects.get(pk=newer.pk).state == CaseState.CLOSED
    assert Case.objects.get(pk=old.pk).state == CaseState.WAITING


def test_a_reversal_is_a_new_decision_that_points_at_the_old(cast: Cast) -> None:
    old = a_decision(cast.moderator)
    new = undoing.reverse(cast.supervisor, decision_id=old.pk, reason="It was a newsroom.")
    old.refresh_from_db()
    assert (old.state, new.outcome, new.reverses_id) == (DecisionState.REVERSED, "keep", old.pk)
    assert Enforcement.objects.get(cause=f"decision:{old.pk}").state == State.SUPERSEDED
    assert Enforcement.objects.get(cause=f"decision:{new.pk}").kind == Kind.REINSTATE
    assert Flag.objects.get().decision_id == new.pk


def test_undoing_a_reversal_makes_the_old_decision_stand_again(cast: Cast) -> None:
    old = a_decision(cast.moderator)
    new = undoing.reverse(cast.supervisor, decision_id=old.pk, reason="It was a newsroom.")
    undoing.undo(cast.supervisor, decision_id=new.pk)
    old.refresh_from_db()
    assert (old.state, old.case.state) == (DecisionState.EFFECTIVE, CaseState.DECIDED)
    assert list(Enforcement.objects.filter(state=State.WAITING).values_list("kind", flat=True)) == [Kind.SUSPEND]
    assert Flag.objects.get().decision_id == old.pk


def test_a_moderator_does_not_reverse(cast: Cast) -> None:
    old = a_decision(cast.moderator)
    with pytest.raises(NotAllowed):
        undoing.reverse(cast.moderator, decision_id=old.pk, reason="No.")


def test_the_sweep_makes_decisions_effective(cast: Cast) -> None:
    decision = a_decision(cast.moderator)
    assert decisions.make_effective() == 0
    with clock.moved(seconds=31):
        assert decisions.make_effective() == 1
    decision.refresh_from_db()
    assert decision.state == DecisionState.EFFECTIVE


@pytest.mark.parametrize(
    "change", ["reason = 'Another.'", "outcome = 'keep'", "decided_at = now()", "source_kinds = '{}'"]
)
def test_the_database_refuses_to_change_a_decision(cast: Cast, change: str) -> None:
    a_decision(cast.moderator)
    with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
        Decision.objects.raw(f"UPDATE reviews_decision SET {change} RETURNING *")[0]


def test_the_database_refuses_a_second_standing_decision(cast: Cast) -> None:
    row = a_decision(cast.moderator)
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
