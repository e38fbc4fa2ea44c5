"""What sources are told, and when: the rows that are written with what they tell."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from common import clock
from reviews.models import Decision, Flag, WebhookDelivery, WebhookWatch
from reviews.services import batches, claims, decisions, intake, running, undoing, withdrawals
from reviews.services.webhooks import endpoints, noting
from reviews.services.webhooks.payloads import reviewer_for
from staff import actors
from takedowns.choices import Outcome, State
from takedowns.connectors import Answer
from takedowns.models import Enforcement
from takedowns.services import dispatch
from tests.cast import Cast, a_case, a_client, a_decision, a_flag, a_platform, a_verdict, an_account, flag_facts
from tests.receivers import a_receiver
from tests.reviews.told import Told, an_endpoint, loopback_allowed
from tests.takedowns.conftest import FakeConnector, fake  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(cast: Cast) -> Iterator[Told]:
    """An endpoint of the cast's client, for every event. Nothing is sent here."""
    with loopback_allowed(), a_receiver() as receiver:
        yield an_endpoint(cast.client, receiver)


def noted(told: Told) -> list[tuple[str, str]]:
    """(type, flag) of what is noted for the endpoint, oldest first."""
    return [(row.event, str(row.flag_id)) for row in told.deliveries]


def data(row: WebhookDelivery) -> dict[str, Any]:
    return dict(json.loads(row.body)["data"])


def effective() -> int:
    """The undo windows have passed."""
    with clock.moved(seconds=31):
        return decisions.make_effective()


def test_a_flag_is_noted_with_it(cast: Cast, told: Told) -> None:
    flag = a_flag(cast.client, client_reference="ticket-1")
    [row] = told.deliveries
    assert json.loads(row.body) == {
        "type": "flag.received",
        "timestamp": flag.received_at.isoformat().replace("+00:00", "Z"),
        "data": {
            "flag": str(flag.pk),
            "client_reference": "ticket-1",
            "account": {"platform": "simulator", "external_id": flag.account.external_id},
            "case": str(flag.case_id),
            "policy": flag.policy.code,
            "state": "open",
            "decision": None,
            "outcome": None,
            "until": None,
            "decided_at": None,
            "reviewer": None,
            "reversed": None,
            "enforcement": None,
        },
    }
    assert (row.state, row.attempts, row.next_attempt_at) == ("pending", 0, flag.received_at)


def test_many_flags_are_noted_in_four_queries(cast: Cast, told: Told, django_assert_max_num_queries: Any) -> None:
    answers = intake.submit(cast.client, [flag_facts() for _ in range(50)])
    ids = [answer.flag.id for answer in answers if answer.flag]
    WebhookDelivery.objects.all().delete()
    with django_assert_max_num_queries(4):
        assert noting.flags_received(told.endpoint.client_id, ids, at=clock.now()) == 50
    assert {row.flag_id for row in told.deliveries} == set(ids)


def test_who_subscribes_to_nothing_costs_one_look(cast: Cast, django_assert_num_queries: Any) -> None:
    flag, decision = a_flag(cast.client), a_decision(cast.moderator)
    with django_assert_num_queries(1):
        noting.flags_received(flag.client_id, [flag.pk], at=clock.now())
    with django_assert_num_queries(1):
        noting.decisions_effective([decision])
    with django_assert_num_queries(0):
        noting.decisions_effective([])


def test_a_flag_that_is_refused_or_came_before_is_not_noted(cast: Cast, told: Told) -> None:
    first = flag_facts(client_reference="ticket-1")
    intake.submit(cast.client, [first, flag_facts(policy="nobody_knows_it")])
    intake.submit(cast.client, [first])
    assert len(told.deliveries) == 1


def test_what_is_rolled_back_is_not_noted(cast: Cast, told: Told) -> None:
    with transaction.atomic():
        a_flag(cast.client)
        transaction.set_rollback(True)
    assert told.deliveries == []


def test_only_who_sent_the_flag_and_subscribes_is_told(cast: Cast, told: Told) -> None:
    other = an_endpoint(a_client()[0], told.receiver, path="/other")
    deaf = an_endpoint(cast.client, told.receiver, ["case.decided"], path="/deaf")
    off = an_endpoint(cast.client, told.receiver, path="/off")
    endpoints.disable(actors.operator(), endpoint_id=off.endpoint.pk)
    a_flag(cast.client)
    assert [len(each.deliveries) for each in (told, other, deaf, off)] == [1, 0, 0, 0]


def test_one_event_of_one_flag_is_noted_once_for_an_endpoint(cast: Cast, told: Told) -> None:
    flag = a_flag(cast.client)
    with pytest.raises(IntegrityError, match="reviews_webhookdelivery_once"), transaction.atomic():
        noting.flags_received(flag.client_id, [flag.pk], at=clock.now())


# ── decisions ────────────────────────────────────────────────────────────────────────────────────────────
def test_a_decision_is_told_when_its_undo_window_has_passed(cast: Cast, told: Told) -> None:
    flag = a_flag(cast.client)
    decision = a_decision(cast.moderator, case=flag.case)
    assert noted(told) == [("flag.received", str(flag.pk))]
    assert effective() == 1
    assert noted(told)[1:] == [("case.decided", str(flag.pk))]
    said = data(told.deliveries[1])
    assert (said["state"], said["outcome"], said["decision"]) == ("agreed", "suspend", str(decision.pk))
    assert said["decided_at"] == decision.decided_at.isoformat().replace("+00:00", "Z")


def test_each_flag_of_the_case_is_told_to_its_own_source(cast: Cast, told: Told) -> None:
    account = an_account()
    mine = [a_flag(cast.client, account), a_flag(cast.client, account)]
    other = an_endpoint(a_client()[0], told.receiver, path="/other")
    theirs = a_flag(other.client, account)
    a_decision(cast.moderator, "keep", case=theirs.case)
    effective()
    assert noted(told)[2:] == [("case.decided", str(flag.pk)) for flag in mine]
    assert noted(other)[1:] == [("case.decided", str(theirs.pk))]


def test_a_withdrawn_flag_is_not_told_of(cast: Cast, told: Told) -> None:
    account = an_account()
    a_flag(account=account)
    flag = a_flag(cast.client, account)
    withdrawals.withdraw(cast.client, flag_id=flag.pk)
    a_decision(cast.moderator, case=flag.case)
    effective()
    assert [event for event, _ in noted(told)] == ["flag.received"]


def test_an_undone_decision_is_never_told(cast: Cast, told: Told) -> None:
    flag = a_flag(cast.client)
    undoing.undo(cast.moderator, decision_id=a_decision(cast.moderator, case=flag.case).pk)
    effective()
    assert [event for event, _ in noted(told)] == ["flag.received"]


def test_a_flag_on_a_suspended_account_is_told_what_stands(cast: Cast, told: Told) -> None:
    account = an_account()
    decision = a_decision(cast.moderator, case=a_case(account))
    effective()
    a_flag(cast.client, account)
    said = data(told.deliveries[0])
    assert (said["state"], said["outcome"], said["decision"]) == ("already_actioned", "suspend", str(decision.pk))


def test_a_batch_tells_the_sources_of_its_accounts(cast: Cast, told: Told) -> None:
    """A batch has no undo window: its sources are told in the transaction that decides."""
    flags = [a_flag(cast.client), a_flag(cast.client)]
    wanted = batches.Plan(
        title="Wave",
        outcome="suspend",
        policy=flags[0].policy.code,
        reason="It is so.",
        expected_count=2,
        accounts=[("simulator", flag.account.external_id) for flag in flags],
    )
    batch = batches.plan(cast.moderator, wanted)
    batches.start(cast.moderator, batch_id=batch.pk)
    assert running.run(batch.pk) == 2
    assert sorted(noted(told)[2:]) == sorted(("case.decided", str(flag.pk)) for flag in flags)
    assert set(WebhookWatch.objects.values_list("cause", flat=True)) == {row.cause for row in Decision.objects.all()}


def test_a_reversal_is_told_when_it_takes_effect(cast: Cast, told: Told) -> None:
    flag = a_flag(cast.client)
    first = a_decision(cast.moderator, case=flag.case)
    effective()
    with clock.moved(minutes=5):
        second = undoing.reverse(cast.senior, decision_id=first.pk, reason="It was not so.")
        assert [event for event, _ in noted(told)] == ["flag.received", "case.decided"]
        effective()
    assert noted(told)[2:] == [("decision.reversed", str(flag.pk))]
    said = data(told.deliveries[2])
    assert (said["state"], said["outcome"], said["decision"]) == ("disagreed", "keep", str(second.pk))
    assert (said["reversed"]["id"], said["reversed"]["outcome"]) == (str(first.pk), "suspend")


def test_a_reversal_that_is_undone_is_never_told(cast: Cast, told: Told) -> None:
    flag = a_flag(cast.client)
    first = a_decision(cast.moderator, case=flag.case)
    effective()
    with clock.moved(minutes=5):
        second = undoing.reverse(cast.senior, decision_id=first.pk, reason="It was not so.")
        undoing.undo(cast.senior, decision_id=second.pk)
        effective()
    assert [event for event, _ in noted(told)] == ["flag.received", "case.decided"]


def test_a_reopened_case_tells_each_source_what_is_new_to_it(cast: Cast, told: Told) -> None:
    """Kept, then flagged by enough others, then suspended: who was told "keep" hears of the turn, the others of the
    decision."""
    account = an_account()
    old = a_flag(cast.client, account)
    a_decision(cast.moderator, "keep", case=old.case)
    effective()
    late = an_endpoint(a_client()[0], told.receiver, path="/late")
    new = [a_flag(late.client, account), *(a_flag(account=account) for _ in range(9))][0]
    assert Flag.objects.get(pk=new.pk).case_id == old.case_id
    with clock.moved(minutes=5):
        claim = claims.claim(cast.moderator, case_id=old.case_id)
        decisions.decide_one(cast.moderator, a_verdict(claim))
        effective()
    assert noted(told)[2:] == [("decision.reversed", str(old.pk))]
    assert noted(late)[1:] == [("case.decided", str(new.pk))]


# ── reviewers ────────────────────────────────────────────────────────────────────────────────────────────
def test_a_reviewer_has_one_pseudonym_per_source(cast: Cast) -> None:
    one, two = a_client()[0].client, a_client()[0].client
    moderator, second = cast.moderator.person(), cast.second_moderator.person()
    assert one
    assert two
    names = {reviewer_for(client.pk, person.pk) for client in (one, two) for person in (moderator, second)}
    assert len(names) == 4
    assert reviewer_for(one.pk, moderator.pk) in names
    assert all(name.startswith("reviewer-") and len(name) == 17 for name in names)


def test_nothing_that_is_told_names_a_reviewer(cast: Cast, told: Told) -> None:
    flags = [a_flag(cast.client), a_flag(cast.client)]
    for flag in flags:
        a_decision(cast.moderator, case=flag.case)
    effective()
    person = cast.moderator.person()
    said = "".join(row.body for row in told.deliveries)
    assert [name for name in (person.username, person.pseudonym, str(person.pk)) if name in said] == []
    assert {data(row)["reviewer"] for row in told.deliveries[2:]} == {reviewer_for(told.endpoint.client_id, person.pk)}


# ── enforcements ─────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def suspended(cast: Cast, told: Told, fake: FakeConnector) -> Decision:  # noqa: F811
    """An effective suspension of an account that the client flagged, on a platform that answers as told."""
    flag = a_flag(cast.client, an_account(platform=a_platform("faked", connector="fake")))
    decision = a_decision(cast.moderator, case=flag.case)
    effective()
    return decision


def swept(**later: float) -> int:
    with clock.moved(**(later or {"seconds": 60})):
        return noting.enforcements_applied()


def test_what_is_applied_is_told_once(told: Told, suspended: Decision) -> None:
    assert swept() == 0
    with clock.moved(seconds=35):
        dispatch.run_due()
    assert (swept(minutes=5), swept(minutes=10)) == (1, 0)
    [row] = [row for row in told.deliveries if row.event == "enforcement.applied"]
    enforcement = Enforcement.objects.get()
    assert enforcement.applied_at
    assert data(row)["enforcement"] == {
        "kind": "suspend",
        "applied_at": enforcement.applied_at.isoformat().replace("+00:00", "Z"),
    }
    assert (data(row)["outcome"], data(row)["decision"]) == ("suspend", str(suspended.pk))
    assert WebhookWatch.objects.count() == 0


def test_what_is_refused_is_looked_at_seldom_and_told_when_it_works(
    told: Told,
    suspended: Decision,
    fake: FakeConnector,  # noqa: F811
) -> None:
    fake.answers = [Answer(Outcome.REFUSED, 403, "no")]
    with clock.moved(seconds=35):
        dispatch.run_due()
    assert Enforcement.objects.get().state == State.FAILED
    assert (swept(minutes=2), swept(minutes=30)) == (0, 0)
    Enforcement.objects.update(state=State.RETRYING)
    with clock.moved(minutes=40):
        dispatch.run_due()
    assert swept(minutes=90) == 1
    assert [event for event, _ in noted(told)][-1] == "enforcement.applied"


def test_a_reinstatement_is_told_too(cast: Cast, told: Told, suspended: Decision) -> None:
    with clock.moved(minutes=1):
        dispatch.run_due()
    with clock.moved(minutes=2):
        undoing.reverse(cast.senior, decision_id=suspended.pk, reason="It was not so.")
        effective()
    with clock.moved(minutes=3):
        dispatch.run_due()
    assert swept(minutes=10) == 2
    applied = [data(row)["enforcement"]["kind"] for row in told.deliveries if row.event == "enforcement.applied"]
    assert sorted(applied) == ["reinstate", "suspend"]


def test_a_keep_is_not_watched(cast: Cast, told: Told) -> None:
    a_decision(cast.moderator, "keep", case=a_flag(cast.client).case)
    effective()
    assert WebhookWatch.objects.count() == 0


def test_who_does_not_want_enforcements_makes_no_watch(cast: Cast, told: Told) -> None:
    endpoints.change(actors.operator(), endpoint_id=told.endpoint.pk, url=told.endpoint.url, events=["case.decided"])
    a_decision(cast.moderator, case=a_flag(cast.client).case)
    effective()
    assert WebhookWatch.objects.count() == 0
