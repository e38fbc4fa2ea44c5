"""A frozen list is planned, approved by another person, and run through `decide`."""

from datetime import timedelta

import pytest
from django.conf import settings

from audit.models import Entry
from common import clock
from common.errors import Conflict, Invalid, NotAllowed
from common.ids import new_id
from reviews.choices import BatchState, CaseState, ItemState
from reviews.models import Batch, Case, Decision
from reviews.services import batches, claims, running, steering
from reviews.services.batches import Plan
from reviews.services.facts import LegalBasis
from staff import actors
from takedowns import connectors
from takedowns.choices import State
from takedowns.connectors.base import Kind
from takedowns.models import Enforcement
from takedowns.services import dispatch
from tests.cast import Cast, a_case, a_decision, a_platform, a_policy, an_account
from tests.takedowns.conftest import FakeConnector

pytestmark = pytest.mark.django_db


def a_plan(count: int = 3, **fields: object) -> Plan:
    """A plan to suspend `count` new accounts."""
    accounts = [(row.platform.slug, row.external_id) for row in (an_account() for _ in range(count))]
    said = {
        "title": "Wave 1",
        "outcome": "suspend",
        "policy": a_policy().code,
        "reason": "Same text.",
        "accounts": accounts,
        "expected_count": len(accounts),
    }
    return Plan(**(said | fields))  # type: ignore[arg-type]


def applied(batch: Batch) -> None:
    """Every enforcement of the batch has taken effect."""
    for row in Enforcement.objects.filter(wave=batch.wave):
        row.state, row.lease, row.leased_until = State.SENDING, new_id(), row.created_at
        row.save()
        row.state, row.lease, row.leased_until, row.applied_at = State.APPLIED, None, None, row.created_at
        row.save()


def test_the_dry_run_counts_what_is_left_out_and_why(cast: Cast) -> None:
    free, protected = an_account(), an_account(protected_class="journalist")
    suspended, claimed = a_decision(cast.moderator).account, a_case()
    claims.claim(cast.second_moderator, case_id=claimed.pk)
    rows = [free, protected, suspended, claimed.account, free]
    keys = [("simulator", row.external_id) for row in rows] + [("simulator", "nobody")]
    batch = batches.plan(cast.moderator, a_plan(accounts=keys, expected_count=6))
    assert batch.counts == {
        "listed": 6,
        "to_enforce": 1,
        "left_out": {
            "protected": 1,
            "already_suspended": 1,
            "claimed_by_other": 1,
            "listed_twice": 1,
            "unknown_account": 1,
        },
    }
    assert (batch.state, Decision.objects.filter(batch=batch).count()) == (BatchState.PLANNED, 0)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"expected_count": 300}, "expected_count"),
        ({"reason": ""}, "reason"),
        ({"title": " "}, "title"),
        ({"policy": "none"}, "policy"),
        ({"accounts": []}, "accounts"),
    ],
)
def test_a_faulty_plan_names_the_field_and_leaves_nothing(cast: Cast, fields: dict[str, object], named: str) -> None:
    plan = a_plan(**fields)
    before = Entry.objects.count()
    with pytest.raises(Invalid) as refusal:
        batches.plan(cast.moderator, plan)
    assert named in refusal.value.fields
    assert (Batch.objects.count(), Entry.objects.count()) == (0, before)


def test_a_small_batch_runs_through_decide(cast: Cast) -> None:
    batch = batches.plan(cast.moderator, a_plan(3))
    batches.start(cast.moderator, batch_id=batch.pk)
    assert running.run(batch.pk) == 3
    made = Decision.objects.filter(batch=batch)
    assert {(row.decided_by_id, row.outcome) for row in made} == {(cast.moderator.person().pk, "suspend")}
    assert Enforcement.objects.filter(wave=batch.wave, state=State.WAITING).count() == 3
    assert Case.objects.filter(state=CaseState.DECIDED).count() == 3
    assert Entry.objects.filter(action="decision.made", subjects__contains=[batch.wave]).count() == 3


def test_a_batch_finishes_when_nothing_is_under_way(cast: Cast) -> None:
    batch = batches.plan(cast.moderator, a_plan(2))
    batches.start(cast.moderator, batch_id=batch.pk)
    running.run(batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.RUNNING
    applied(batch)
    running.run_all()
    batch.refresh_from_db()
    assert batch.state == BatchState.FINISHED


def test_running_twice_decides_once(cast: Cast) -> None:
    batch = batches.plan(cast.moderator, a_plan(3))
    batches.start(cast.moderator, batch_id=batch.pk)
    assert [running.run(batch.pk), running.run(batch.pk)] == [3, 0]


def test_a_batch_takes_the_waiting_case_and_closes_its_flags(cast: Cast) -> None:
    case = a_case()
    batch = batches.plan(cast.moderator, a_plan(accounts=[("simulator", case.account.external_id)], expected_count=1))
    batches.start(cast.moderator, batch_id=batch.pk)
    running.run(batch.pk)
    assert Decision.objects.get(batch=batch).case_id == case.pk
    assert case.flags.get().state == "agreed"


def test_a_case_claimed_after_planning_is_left_out(cast: Cast) -> None:
    case = a_case()
    batch = batches.plan(cast.moderator, a_plan(accounts=[("simulator", case.account.external_id)], expected_count=1))
    claims.claim(cast.second_moderator, case_id=case.pk)
    batches.start(cast.moderator, batch_id=batch.pk)
    running.run(batch.pk)
    item = batch.items.get()
    assert (item.state, item.left_out) == (ItemState.LEFT_OUT, "claimed_by_other")


def test_a_large_batch_needs_a_second_person(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.CASELOAD, "BATCH_APPROVAL_SIZE", 2)
    batch = batches.plan(cast.supervisor, a_plan(3))
    with pytest.raises(Conflict):
        batches.start(cast.supervisor, batch_id=batch.pk)
    with pytest.raises(NotAllowed):
        batches.approve(cast.supervisor, batch_id=batch.pk)
    with pytest.raises(NotAllowed):
        batches.approve(cast.moderator, batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.PLANNED


def test_approval_by_another_person_starts_it(cast: Cast) -> None:
    batch = batches.plan(cast.moderator, a_plan(1))
    approved = batches.approve(cast.supervisor, batch_id=batch.pk)
    assert (approved.state, approved.approved_by) == (BatchState.RUNNING, cast.supervisor.user)
    assert batches.start(cast.moderator, batch_id=batch.pk).state == BatchState.RUNNING


def test_no_approval_through_a_key(cast: Cast) -> None:
    batch = batches.plan(cast.moderator, a_plan(1))
    through_a_key = actors.acting_for(cast.client, cast.supervisor.person(), ["batches:write"])
    with pytest.raises(NotAllowed):
        batches.approve(through_a_key, batch_id=batch.pk)


def test_a_keep_batch_decides_protected_accounts_too(cast: Cast) -> None:
    account = an_account(protected_class="journalist")
    batch = batches.plan(
        cast.moderator, a_plan(outcome="keep", accounts=[("simulator", account.external_id)], expected_count=1)
    )
    batches.start(cast.moderator, batch_id=batch.pk)
    running.run(batch.pk)
    assert Decision.objects.get(batch=batch).outcome == "keep"
    assert Enforcement.objects.count() == 0


def test_the_dry_run_is_broken_down(cast: Cast) -> None:
    rows = [
        an_account(language="ru", followers=5),
        an_account(language="ru", followers=5_000),
        an_account(language="", followers=None),
        an_account(language="en", protected_class="journalist"),
    ]
    keys = [("simulator", row.external_id) for row in rows]
    batch = batches.plan(cast.moderator, a_plan(accounts=keys, expected_count=4))
    assert batch.breakdown == {
        "platform": {"simulator": 3},
        "language": {"ru": 2, "": 1},
        "follower_band": {"under_1k": 1, "from_1k": 1, "unknown": 1},
        "protected_class": {"": 3, "journalist": 1},
    }


def test_an_approval_is_bound_to_the_list_that_was_frozen(cast: Cast) -> None:
    batch = batches.plan(cast.moderator, a_plan(2))
    batch.items.filter(position=2).update(external_id="another")
    before = Entry.objects.count()
    with pytest.raises(Conflict) as refusal:
        batches.approve(cast.supervisor, batch_id=batch.pk)
    batch.refresh_from_db()
    assert (refusal.value.code, batch.state, Entry.objects.count()) == ("list-changed", BatchState.PLANNED, before)


def test_an_approval_runs_out_while_the_batch_is_paused(cast: Cast) -> None:
    batch = batches.plan(cast.moderator, a_plan(2))
    batches.approve(cast.supervisor, batch_id=batch.pk)
    steering.pause(cast.moderator, batch_id=batch.pk)
    with clock.moved(hours=23):
        assert steering.resume(cast.moderator, batch_id=batch.pk).state == BatchState.RUNNING
        steering.pause(cast.moderator, batch_id=batch.pk)
    with clock.moved(hours=25):
        with pytest.raises(Conflict) as refusal:
            steering.resume(cast.moderator, batch_id=batch.pk)
        assert refusal.value.code == "approval-expired"
        with pytest.raises(NotAllowed):
            batches.approve(cast.moderator, batch_id=batch.pk)
        approved = batches.approve(cast.supervisor, batch_id=batch.pk)
    assert (approved.state, running.run(batch.pk)) == (BatchState.RUNNING, 2)


def test_a_paused_batch_whose_approval_holds_needs_no_other(cast: Cast) -> None:
    batch = batches.plan(cast.moderator, a_plan(1))
    batches.approve(cast.supervisor, batch_id=batch.pk)
    steering.pause(cast.moderator, batch_id=batch.pk)
    with pytest.raises(Conflict):
        batches.approve(cast.supervisor, batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.PAUSED


def test_a_removal_order_leaves_before_a_running_batch(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The batch's rows were there first, and wait by the dozen."""
    fake = FakeConnector()
    monkeypatch.setitem(connectors.KINDS, "fake", Kind(title="Fake", build=lambda reach: fake))
    connectors.connector_for.cache_clear()
    platform = a_platform("faked", connector="fake")
    rows = [an_account(platform=platform) for _ in range(30)]
    keys = [("faked", row.external_id) for row in rows]
    batch = batches.plan(cast.moderator, a_plan(accounts=keys, expected_count=30))
    batches.start(cast.moderator, batch_id=batch.pk)
    running.run(batch.pk)
    basis = LegalBasis(order_id="A 1", authority="An authority", deadline=clock.now() + timedelta(hours=1))
    ordered = a_decision(cast.moderator, case=a_case(an_account(platform=platform), legal_basis=basis))
    dispatch.run_due()
    assert fake.sent[0].external_id == ordered.account.external_id
    assert len(fake.sent) == 31
    connectors.connector_for.cache_clear()
