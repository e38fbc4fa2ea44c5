"""A case is held, asked about, handed over and taken back; and whom it is served to first."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from audit.models import Entry
from common import clock
from common.errors import Conflict, Invalid, NotAllowed, NotFound
from reviews.choices import CaseState
from reviews.errors import ClaimLost, QueueOfOthers
from reviews.models import Case, Claim, Escalation, Hold, Queue, Skip
from reviews.rules import aside
from reviews.selectors import asides, cases, serving
from reviews.services import batches, claims, escalations, handing, holding, withdrawals
from reviews.services.batches import Plan
from reviews.services.facts import LegalBasis
from staff.models import Team
from tests.calls import nothing_happens
from tests.cast import Cast, a_case, a_flag, a_policy, an_account
from tests.conftest import NOON

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def queue(db: None) -> Queue:
    return Queue.objects.create(slug="hard", title="Hard ones")


def an_order(now: datetime, **facts: object) -> Case:
    """The case of an authority's order, due in an hour."""
    return a_case(legal_basis=LegalBasis(order_id="A 1", authority="X", deadline=now + timedelta(hours=1)), **facts)


def held(cast: Cast, **how: object) -> Hold:
    """A case that the moderator holds for later."""
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    return holding.hold(cast.moderator, case_id=claim.case_id, token=claim.token, reason="Later.", **how)


def asked(cast: Cast) -> Escalation:
    """A case that the moderator asked about."""
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    said = {"queue": "hard", "question": " Is this satire? "}
    return escalations.escalate(cast.moderator, case_id=claim.case_id, token=claim.token, **said)


def state_of(case: Case) -> str:
    return Case.objects.get(pk=case.pk).state


# ── holding ──────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (None, NOON + DAY),
        (NOON + 14 * DAY, NOON + 14 * DAY),
        (NOON + 15 * DAY, None),
        (NOON, None),
    ],
)
def test_when_a_held_case_is_remembered(wanted: datetime | None, expected: datetime | None) -> None:
    assert aside.reminder(wanted, NOON, DAY) == expected


def test_a_held_case_leaves_the_queue_and_its_claim_ends(cast: Cast, frozen_clock: datetime) -> None:
    row = held(cast)
    assert (state_of(row.case), row.remind_at) == (CaseState.HELD, frozen_clock + timedelta(hours=24))
    assert Claim.objects.get().ended_as == "held"
    assert claims.claim_next(cast.second_moderator) is None
    assert Entry.objects.get(action="case.held").detail["reason"] == "Later."


def test_its_holder_goes_on_with_it_and_nobody_else_does(cast: Cast) -> None:
    row = held(cast)
    with nothing_happens(), pytest.raises(Conflict):
        claims.claim(cast.second_moderator, case_id=row.case_id)
    claim = claims.claim(cast.moderator, case_id=row.case_id)
    row.refresh_from_db()
    assert (claim.holder, row.ended_as, state_of(row.case)) == (cast.moderator.user, "resumed", CaseState.CLAIMED)


def test_a_due_reminder_brings_it_back_first_to_its_holder(cast: Cast, frozen_clock: datetime) -> None:
    row = held(cast, remind_at=frozen_clock + timedelta(hours=2))
    with clock.moved(hours=1, minutes=59):
        assert holding.end_due() == 0
    with clock.moved(hours=2):
        assert (holding.end_due(), holding.end_due()) == (1, 0)
        assert claims.claim_next(cast.second_moderator) is None
        served = claims.claim_next(cast.moderator)
    assert served is not None
    assert served.case_id == row.case_id


def test_an_order_that_joins_brings_a_held_case_back_at_once(cast: Cast, frozen_clock: datetime) -> None:
    row = held(cast)
    an_order(frozen_clock, account=row.case.account)
    assert holding.end_due() == 1
    served = claims.claim_next(cast.second_moderator)  # an express case is kept for nobody
    assert served is not None
    assert served.case_id == row.case_id


def test_an_order_is_not_held(cast: Cast, frozen_clock: datetime) -> None:
    claim = claims.claim(cast.moderator, case_id=an_order(frozen_clock).pk)
    with nothing_happens(), pytest.raises(Conflict) as refusal:
        holding.hold(cast.moderator, case_id=claim.case_id, token=claim.token, reason="Later.")
    assert refusal.value.code == "express-case"


def test_holding_needs_the_claim_a_reason_and_a_time_to_come(cast: Cast, frozen_clock: datetime) -> None:
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    mine = {"case_id": claim.case_id, "token": claim.token}
    with nothing_happens():
        with pytest.raises(ClaimLost):
            holding.hold(cast.moderator, **mine | {"token": "stale"}, reason="Later.")
        with pytest.raises(Invalid, match="reason"):
            holding.hold(cast.moderator, **mine, reason=" ")
        with pytest.raises(Invalid, match="remind_at"):
            holding.hold(cast.moderator, **mine, reason="Later.", remind_at=frozen_clock)


def test_who_decides_on_what_they_hold_is_told_that_the_claim_ended(cast: Cast) -> None:
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    holding.hold(cast.moderator, case_id=claim.case_id, token=claim.token, reason="Later.")
    with pytest.raises(ClaimLost, match="This case is held now"):
        claims.release(cast.moderator, case_id=claim.case_id, token=claim.token)


def test_a_case_is_held_once_at_a_time(cast: Cast) -> None:
    row = held(cast)
    with pytest.raises(IntegrityError, match="reviews_hold_one_open_per_case"), transaction.atomic():
        Hold.objects.create(
            case=row.case, holder=row.holder, reason="x", held_at=clock.now(), remind_at=clock.now() + DAY
        )


# ── asking ───────────────────────────────────────────────────────────────────────────────────────────────
def test_a_question_waits_for_its_answer(cast: Cast, queue: Queue) -> None:
    row = asked(cast)
    assert (state_of(row.case), row.question, row.queue) == (CaseState.ESCALATED, "Is this satire?", queue)
    assert Claim.objects.get().ended_as == "escalated"
    assert claims.claim_next(cast.senior) is None


def test_an_answer_brings_the_case_back_first_to_the_asker(cast: Cast, queue: Queue) -> None:
    row = asked(cast)
    answered = escalations.answer(cast.senior, case_id=row.case_id, text="It is.")
    assert (answered.answer, answered.answered_by) == ("It is.", cast.senior.user)
    assert claims.claim_next(cast.second_moderator) is None
    served = claims.claim_next(cast.moderator)
    assert served is not None
    assert served.case_id == row.case_id


def test_seniors_and_supervisors_answer_once(cast: Cast, queue: Queue) -> None:
    row = asked(cast)
    with nothing_happens():
        for actor in (cast.second_moderator, cast.auditor):
            with pytest.raises(NotAllowed):
                escalations.answer(actor, case_id=row.case_id, text="It is.")
        with pytest.raises(Invalid):
            escalations.answer(cast.senior, case_id=row.case_id, text=" ")
    escalations.answer(cast.supervisor, case_id=row.case_id, text="It is.")
    with nothing_happens(), pytest.raises(Conflict):
        escalations.answer(cast.senior, case_id=row.case_id, text="It isn't.")


def test_only_who_may_work_the_queue_sees_and_answers_its_questions_and_supervisors(cast: Cast, queue: Queue) -> None:
    row = asked(cast)
    queue.team = Team.objects.create(name="Night")
    queue.save()
    with nothing_happens(), pytest.raises(QueueOfOthers):
        escalations.answer(cast.senior, case_id=row.case_id, text="It is.")
    assert not asides.open_questions(cast.senior).exists()
    assert "answer" not in cases.actions_on(cast.senior, row.case, None)
    assert list(asides.open_questions(cast.supervisor)) == [row]
    cast.senior.person().team = queue.team
    assert list(asides.open_questions(cast.senior)) == [row]
    assert "answer" in cases.actions_on(cast.senior, row.case, None)
    escalations.answer(cast.senior, case_id=row.case_id, text="It is.")


def test_a_queue_that_asks_for_a_role_is_asked_of_that_role(cast: Cast, queue: Queue) -> None:
    row = asked(cast)
    Queue.objects.update(roles=["supervisor"])
    assert (list(asides.open_questions(cast.senior)), list(asides.open_questions(cast.supervisor))) == ([], [row])
    Queue.objects.update(roles=["senior_moderator"])
    assert list(asides.open_questions(cast.senior)) == [row]


def test_a_question_to_a_queue_that_was_removed_is_everybodys(cast: Cast, queue: Queue) -> None:
    row = asked(cast)
    queue.delete()
    assert list(asides.open_questions(cast.senior)) == [row]
    escalations.answer(cast.senior, case_id=row.case_id, text="It is.")


def test_a_question_needs_words_and_a_queue_that_there_is(cast: Cast, queue: Queue) -> None:
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    mine = {"case_id": claim.case_id, "token": claim.token}
    with nothing_happens():
        with pytest.raises(NotFound):
            escalations.escalate(cast.moderator, **mine, queue="none", question="What is it?")
        with pytest.raises(Invalid):
            escalations.escalate(cast.moderator, **mine, queue="hard", question="")


# ── handing over, taking back ────────────────────────────────────────────────────────────────────────────
def test_a_claimed_case_is_handed_to_another_and_its_token_is_stale(cast: Cast) -> None:
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    handing.hand_over(cast.supervisor, case_id=claim.case_id, to="moderator2")
    with pytest.raises(ClaimLost):
        claims.release(cast.moderator, case_id=claim.case_id, token=claim.token)
    assert Claim.objects.get().ended_as == "handed"
    assert claims.claim_next(cast.moderator) is None
    assert claims.claim_next(cast.second_moderator) is not None
    told = Entry.objects.get(action="case.handed_over").detail
    assert told == {"before": "Pseudonym of moderator", "after": "Pseudonym of moderator2"}


def test_a_held_and_a_waiting_case_can_be_handed_over(cast: Cast) -> None:
    row, waiting = held(cast), a_case()
    handing.hand_over(cast.supervisor, case_id=row.case_id, to="moderator2")
    handing.hand_over(cast.supervisor, case_id=waiting.pk, to="moderator2")
    row.refresh_from_db()
    assert row.ended_as == "handed"
    mine = serving.reserved_for(cast.second_moderator.person(), clock.now())
    assert {case.pk for case in mine} == {row.case_id, waiting.pk}


def test_whom_a_case_is_not_handed_to(cast: Cast) -> None:
    case = a_case()
    with nothing_happens():
        for username in ("auditor", "outsider"):
            with pytest.raises(Invalid):
                handing.hand_over(cast.supervisor, case_id=case.pk, to=username)
        with pytest.raises(NotFound):
            handing.hand_over(cast.supervisor, case_id=case.pk, to="nobody")


def test_what_is_taken_back_waits_for_anybody(cast: Cast, queue: Queue) -> None:
    claim, row, question = claims.claim(cast.moderator, case_id=a_case().pk), held(cast), asked(cast)
    for case_id in (claim.case_id, row.case_id, question.case_id):
        handing.take_back(cast.supervisor, case_id=case_id)
    assert set(Case.objects.values_list("state", "reserved_for")) == {("waiting", None)}
    assert Claim.objects.get(pk=claim.pk).ended_as == "taken_back"
    assert (Hold.objects.get().ended_as, Escalation.objects.get().answer) == ("taken_back", "")
    assert Escalation.objects.get().closed_at is not None


def test_only_supervisors_hand_over_and_only_what_somebody_has_is_taken_back(cast: Cast) -> None:
    case = a_case()
    with nothing_happens():
        for actor in (cast.moderator, cast.senior, cast.auditor):
            with pytest.raises(NotAllowed):
                handing.hand_over(actor, case_id=case.pk, to="moderator2")
            with pytest.raises(NotAllowed):
                handing.take_back(actor, case_id=case.pk)
        with pytest.raises(Conflict):
            handing.take_back(cast.supervisor, case_id=case.pk)


# ── served first ─────────────────────────────────────────────────────────────────────────────────────────
def test_what_is_kept_for_a_person_comes_before_a_higher_rank_and_from_any_queue(cast: Cast) -> None:
    low, high = a_case(policy=a_policy("low", severity=1).code), a_case(policy=a_policy("high", severity=4).code)
    handing.hand_over(cast.supervisor, case_id=low.pk, to="moderator")
    Queue.objects.create(slug="arabic", title="Arabic", languages=["ar"])
    first = claims.claim_next(cast.moderator, queue="arabic")
    second = claims.claim_next(cast.moderator)
    assert (first and first.case_id, second and second.case_id) == (low.pk, high.pk)


def test_a_reservation_lapses(cast: Cast, frozen_clock: datetime) -> None:
    case = a_case()
    handing.hand_over(cast.supervisor, case_id=case.pk, to="moderator")
    with clock.moved(hours=3, minutes=59):
        assert claims.claim_next(cast.second_moderator) is None
    with clock.moved(hours=4):
        assert claims.claim_next(cast.second_moderator) is not None


def test_a_claim_uses_the_reservation_up(cast: Cast) -> None:
    case = a_case()
    handing.hand_over(cast.supervisor, case_id=case.pk, to="moderator")
    claim = claims.claim_next(cast.moderator)
    assert claim is not None
    claims.release(cast.moderator, case_id=case.pk, token=claim.token)
    assert claims.claim_next(cast.second_moderator) is not None


def test_an_order_comes_before_what_is_kept_for_a_person(cast: Cast, frozen_clock: datetime) -> None:
    mine = a_case()
    handing.hand_over(cast.supervisor, case_id=mine.pk, to="moderator")
    order = an_order(frozen_clock)
    first, second = claims.claim_next(cast.moderator), claims.claim_next(cast.moderator)
    assert (first and first.case_id, second and second.case_id) == (order.pk, mine.pk)


def test_an_order_kept_for_one_is_served_to_whoever_comes_first(cast: Cast, frozen_clock: datetime) -> None:
    order = an_order(frozen_clock)
    handing.hand_over(cast.supervisor, case_id=order.pk, to="moderator")
    served = claims.claim_next(cast.second_moderator)
    assert served is not None
    assert served.case_id == order.pk


def test_of_two_orders_the_one_due_first_comes_first_whosever_it_is(cast: Cast, frozen_clock: datetime) -> None:
    soon = LegalBasis(order_id="B", authority="X", deadline=frozen_clock + timedelta(minutes=10))
    later, sooner = an_order(frozen_clock), a_case(legal_basis=soon)
    handing.hand_over(cast.supervisor, case_id=later.pk, to="moderator")
    first, second = claims.claim_next(cast.moderator), claims.claim_next(cast.moderator)
    assert (first and first.case_id, second and second.case_id) == (sooner.pk, later.pk)


def test_what_is_kept_for_a_person_is_found_by_its_own_index(cast: Cast) -> None:
    person = cast.moderator.person()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = serving.reserved_for(person, clock.now()).select_related(None).explain()
    assert ("reviews_case_reserved_next" in plan, "Sort" in plan) == (True, False)


def test_a_reserved_case_whose_flags_are_withdrawn_closes(cast: Cast) -> None:
    flag = a_flag(cast.client)
    handing.hand_over(cast.supervisor, case_id=flag.case_id, to="moderator")
    withdrawals.withdraw(cast.client, flag_id=flag.pk)
    assert state_of(flag.case) == CaseState.CLOSED


def test_a_batch_leaves_out_what_somebody_set_aside(cast: Cast, queue: Queue) -> None:
    rows = [held(cast).case.account, asked(cast).case.account, an_account()]
    plan = Plan(
        title="B",
        outcome="suspend",
        policy=a_policy().code,
        reason="It is so.",
        expected_count=3,
        accounts=[("simulator", row.external_id) for row in rows],
    )
    assert batches.plan(cast.moderator, plan).counts["left_out"] == {"claimed_by_other": 2}


# ── skipping ─────────────────────────────────────────────────────────────────────────────────────────────
def test_a_skip_says_why(cast: Cast) -> None:
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    mine = {"case_id": claim.case_id, "token": claim.token}
    with nothing_happens(), pytest.raises(Invalid):
        claims.skip(cast.moderator, **mine, why="mood")
    claims.skip(cast.moderator, **mine, why="conflict", reason="My cousin.")
    assert (Skip.objects.get().why, Skip.objects.get().reason) == ("conflict", "My cousin.")
    assert Entry.objects.get(action="case.skipped").detail == {"why": "conflict", "reason": "My cousin."}
