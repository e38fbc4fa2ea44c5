"""Where flags go, what they leave behind, and what refuses them."""

from datetime import timedelta

import pytest

from accounts.models import Snapshot
from audit.models import Entry
from common import clock
from common.errors import Conflict, Invalid, NotAllowed
from reviews.choices import CaseState, FlagState
from reviews.models import Case, Flag
from reviews.services import claims, intake, undoing, withdrawals
from reviews.services.facts import EvidencePost, LegalBasis
from staff.choices import SourceKind
from staff.services import clients
from tests.cast import Cast, a_case, a_client, a_decision, a_flag, a_policy, an_account, flag_facts

pytestmark = pytest.mark.django_db


def test_a_flag_opens_a_case_with_a_snapshot_and_two_entries(cast: Cast) -> None:
    flag = a_flag(cast.client, an_account("ira:x", followers=1500))
    assert flag.case.state == CaseState.WAITING
    assert Snapshot.objects.get(pk=flag.snapshot_id).followers == 1500
    about = Entry.objects.filter(subjects__contains=[f"case:{flag.case_id}"]).order_by("id")
    assert [entry.action for entry in about] == ["case.opened", "flag.received"]


def test_a_second_flag_joins_the_open_case_and_raises_its_rank(cast: Cast) -> None:
    account = an_account()
    first = a_flag(cast.client, account)
    before = Case.objects.get(pk=first.case_id)
    second = a_flag(None, account)
    after = Case.objects.get(pk=first.case_id)
    assert second.case_id == first.case_id
    assert after.serving_order > before.serving_order
    assert (before.evidence_version, after.evidence_version) == (1, 2)


def test_flags_on_one_account_in_one_call_share_a_case(cast: Cast) -> None:
    account = an_account()
    answers = intake.submit(cast.client, [flag_facts(account), flag_facts(account), flag_facts(account)])
    assert len({answer.flag.case_id for answer in answers if answer.flag}) == 1
    assert Case.objects.get().evidence_version == 3


def test_a_bad_flag_never_sinks_the_others(cast: Cast) -> None:
    answers = intake.submit(cast.client, [flag_facts(), flag_facts(policy="no_such"), flag_facts()])
    assert [answer.is_new for answer in answers] == [True, False, True]
    assert isinstance(answers[1].error, Invalid)
    assert list(answers[1].error.fields) == ["policy"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"policy": "no_such"}, "policy"),
        ({"source_kind": "government"}, "source_kind"),
        ({"flagged_at": clock.now() + timedelta(days=2)}, "flagged_at"),
    ],
)
def test_a_refused_flag_leaves_nothing(cast: Cast, facts: dict[str, object], field: str) -> None:
    wanted = flag_facts(an_account(), **facts)
    before = Flag.objects.count(), Case.objects.count(), Entry.objects.count()
    with pytest.raises(Invalid) as refusal:
        intake.submit_one(cast.client, wanted)
    assert list(refusal.value.fields) == [field]
    assert (Flag.objects.count(), Case.objects.count(), Entry.objects.count()) == before


def test_a_moderator_sends_no_flags(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        intake.submit(cast.moderator, [flag_facts()])


def test_the_same_reference_and_body_is_answered_with_the_first_flag(cast: Cast) -> None:
    wanted = flag_facts(client_reference="r-1", body_digest="a" * 64)
    first = intake.submit_one(cast.client, wanted)
    again = intake.submit_one(cast.client, wanted)
    assert again.flag == first.flag
    assert (first.is_new, again.is_new) == (True, False)
    assert Flag.objects.count() == 1


def test_the_same_reference_with_another_body_is_a_conflict(cast: Cast) -> None:
    a_flag(cast.client, client_reference="r-1", body_digest="a" * 64)
    with pytest.raises(Conflict):
        a_flag(cast.client, client_reference="r-1", body_digest="b" * 64)


def test_twins_in_one_call_are_one_flag(cast: Cast) -> None:
    account = an_account()
    twins = [flag_facts(account, client_reference="r-1", body_digest=digest * 64) for digest in "aab"]
    answers = intake.submit(cast.client, twins)
    assert answers[0].flag == answers[1].flag
    assert isinstance(answers[2].error, Conflict)


def test_a_flag_on_a_suspended_account_joins_the_decision(cast: Cast) -> None:
    case = a_case()
    decision = a_decision(cast.moderator, case=case)
    flag = a_flag(None, case.account)
    assert (flag.state, flag.decision_id, flag.case_id) == (FlagState.ALREADY_ACTIONED, decision.pk, case.pk)
    assert Case.objects.count() == 1


def test_a_flag_with_nothing_new_waits_on_the_kept_case(cast: Cast) -> None:
    case = a_case()
    a_decision(cast.moderator, "keep", case)
    flag = a_flag(None, case.account)
    case.refresh_from_db()
    assert (flag.case_id, flag.state, case.state) == (case.pk, FlagState.OPEN, CaseState.DECIDED)


def test_three_new_sources_reopen_a_kept_case(cast: Cast) -> None:
    case = a_case()
    a_decision(cast.moderator, "keep", case)
    states = []
    for _ in range(3):
        a_flag(None, case.account)
        case.refresh_from_db()
        states.append(case.state)
    assert states == [CaseState.DECIDED, CaseState.DECIDED, CaseState.WAITING]


def test_new_evidence_after_a_keep_opens_a_case_that_shows_the_old_one(cast: Cast) -> None:
    old = a_case()
    a_decision(cast.moderator, "keep", old)
    flag = a_flag(None, old.account, posts=(EvidencePost(external_id="p-1", text="Again."),))
    assert flag.case_id != old.pk
    assert flag.case.earlier_id == old.pk


def test_what_the_platform_did_never_counts_as_our_suspension(cast: Cast) -> None:
    flag = a_flag(cast.client, an_account(platform_state="suspended"))
    assert flag.state == FlagState.OPEN


def test_a_legal_deadline_is_served_before_any_rank(cast: Cast) -> None:
    grave = a_case(an_account(followers=10_000_000), policy=a_policy("grave", severity=4).code)
    order = LegalBasis(order_id="1", authority="Unit", deadline=clock.now() + timedelta(hours=1))
    express = a_case(legal_basis=order, policy=a_policy("mild", severity=1).code)
    claim = claims.claim_next(cast.moderator)
    assert claim is not None
    assert (claim.case_id, grave.pk) == (express.pk, grave.pk)


def test_a_relay_states_only_what_its_terms_say(cast: Cast) -> None:
    relay, _ = a_client("A relay", kind=SourceKind.RELAY)
    clients.change(cast.system, name="A relay", may_state=["youth_leader", "school"])
    relay.client.refresh_from_db()
    with pytest.raises(Invalid, match="one of school, youth_leader"):
        a_flag(relay, source_kind="government")
    assert a_flag(relay, source_kind="school").source.kind == SourceKind.SCHOOL


def test_a_relay_must_state_a_kind(cast: Cast) -> None:
    relay, _ = a_client(kind=SourceKind.RELAY)
    with pytest.raises(Invalid):
        a_flag(relay)
    assert a_flag(relay, source_kind="school").source.kind == SourceKind.SCHOOL


def test_flags_that_came_since_move_into_the_undone_case(cast: Cast) -> None:
    case = a_case()
    decision = a_decision(cast.moderator, case=case)
    flag = a_flag(None, case.account)
    undoing.undo(cast.moderator, decision_id=decision.pk)
    flag.refresh_from_db()
    assert (flag.state, flag.case_id) == (FlagState.OPEN, case.pk)


def test_a_case_whose_flags_are_all_withdrawn_closes(cast: Cast) -> None:
    flag = a_flag(cast.client)
    withdrawals.withdraw(cast.client, flag_id=flag.pk)
    assert Case.objects.get(pk=flag.case_id).state == CaseState.CLOSED
