"""Legal orders: what becomes of one from its flag to its answer, and what it holds."""

from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.models import ProtectedError

from accounts.models import Account
from audit.models import Entry
from common import clock
from common.errors import Conflict, Invalid, NotAllowed
from reviews.models import Case, LegalOrder
from reviews.rules import orders as rules
from reviews.services import claims, decisions, orders, undoing, withdrawals
from reviews.services.facts import EvidencePost, LegalBasis
from staff.actors import SYSTEM
from staff.choices import SourceKind
from tests.calls import nothing_happens
from tests.cast import Cast, a_case, a_client, a_decision, a_flag, an_account

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def an_order(**fields) -> LegalOrder:
    """The order of a new flag; due in an hour unless told."""
    account = fields.pop("account", None)
    said = {"order_id": "A 1", "authority": "An authority", "deadline": clock.now() + HOUR} | fields
    flag = a_flag(a_client(kind=SourceKind.GOVERNMENT)[0], account, legal_basis=LegalBasis(**said))
    return LegalOrder.objects.select_related("case", "account", "flag").get(flag=flag)


def deadline_of_case(order: LegalOrder):
    return Case.objects.get(pk=order.case_id).legal_deadline_at


# ── received ─────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_a_flag_with_an_order_opens_an_express_case(frozen_clock) -> None:
    order = an_order(kind="removal_order_2021_784", member_state="PT")
    assert (order.deadline_at, order.case.legal_deadline_at) == (frozen_clock + HOUR, frozen_clock + HOUR)
    assert order.preserve_until == frozen_clock + timedelta(days=183)
    entry = Entry.objects.get(action="order.received")
    assert entry.subjects == [f"order:{order.pk}", f"flag:{order.flag_id}", f"case:{order.case_id}"]


@pytest.mark.django_db
def test_an_order_turns_the_case_that_waits_into_an_express_case() -> None:
    case = a_case(account := an_account())
    assert case.legal_deadline_at is None
    order = an_order(account=account)
    assert (order.case_id, deadline_of_case(order)) == (case.pk, order.deadline_at)


def test_an_order_on_a_kept_account_is_served_before_all_others(cast: Cast) -> None:
    account = an_account()
    kept = a_decision(cast.moderator, "keep", case=a_case(account))
    order = an_order(account=account)
    assert (order.case.earlier_id, deadline_of_case(order)) == (kept.case_id, order.deadline_at)
    a_case(an_account())
    served = claims.claim_next(cast.moderator)
    assert served is not None
    assert served.case_id == order.case_id


# ── the clock ────────────────────────────────────────────────────────────────────────────────────────────
def test_a_pause_moves_the_deadline_by_its_length(cast: Cast, frozen_clock) -> None:
    order = an_order()
    with clock.moved(minutes=10):
        orders.pause(cast.supervisor, order_id=order.pk, reason="manifest_error", text="The address names nobody.")
        assert deadline_of_case(order) == frozen_clock + HOUR
    with clock.moved(minutes=40):
        resumed = orders.resume(cast.supervisor, order_id=order.pk)
    assert (resumed.deadline_at, resumed.paused_seconds) == (frozen_clock + 1.5 * HOUR, 1800)
    assert deadline_of_case(order) == frozen_clock + 1.5 * HOUR


def test_another_flag_leaves_a_moved_deadline_where_it_is(cast: Cast, frozen_clock) -> None:
    order = an_order()
    orders.pause(cast.supervisor, order_id=order.pk, reason="force_majeure", text="The data centre is flooded.")
    with clock.moved(minutes=30):
        orders.resume(cast.supervisor, order_id=order.pk)
        a_flag(account=Account.objects.select_related("platform").get(pk=order.account_id))
    assert deadline_of_case(order) == frozen_clock + 1.5 * HOUR


def test_only_supervisors_mind_orders(cast: Cast) -> None:
    order = an_order()
    with nothing_happens():
        for actor in (cast.moderator, cast.senior, cast.auditor, cast.client):
            with pytest.raises(NotAllowed):
                orders.acknowledge(actor, order_id=order.pk)
            with pytest.raises(NotAllowed):
                orders.pause(actor, order_id=order.pk, reason="manifest_error", text="So.")
            with pytest.raises(NotAllowed):
                orders.resume(actor, order_id=order.pk)
            with pytest.raises(NotAllowed):
                orders.extend_hold(actor, order_id=order.pk, days=30, reason="So.")


def test_what_makes_no_sense_is_refused(cast: Cast) -> None:
    order, without = an_order(), an_order(deadline=None)
    with nothing_happens():
        with pytest.raises(Invalid):
            orders.pause(cast.supervisor, order_id=order.pk, reason="manifest_error", text=" ")
        with pytest.raises(Invalid):
            orders.pause(cast.supervisor, order_id=order.pk, reason="lunch", text="So.")
        with pytest.raises(Invalid):
            orders.extend_hold(cast.supervisor, order_id=order.pk, days=0, reason="So.")
        with pytest.raises(Conflict):
            orders.resume(cast.supervisor, order_id=order.pk)
        with pytest.raises(Conflict):
            orders.pause(cast.supervisor, order_id=without.pk, reason="manifest_error", text="So.")


def test_half_the_time_is_alerted_once(cast: Cast, frozen_clock) -> None:
    order = an_order()
    an_order(deadline=None)
    with clock.moved(minutes=29, seconds=59):
        assert orders.alert() == 0
    with clock.moved(minutes=30):
        assert (orders.alert(), orders.alert()) == (1, 0)
    assert LegalOrder.objects.get(pk=order.pk).alerted_at == frozen_clock + HOUR / 2
    assert Entry.objects.filter(action="order.alerted").count() == 1


def test_a_pause_moves_the_alert(cast: Cast, frozen_clock) -> None:
    order = an_order()
    with clock.moved(minutes=10):
        orders.pause(cast.supervisor, order_id=order.pk, reason="manifest_error", text="So.")
    with clock.moved(minutes=30):
        assert orders.alert() == 0
        orders.resume(cast.supervisor, order_id=order.pk)
    with clock.moved(minutes=49, seconds=59):
        assert orders.alert() == 0
    with clock.moved(minutes=50):
        assert orders.alert() == 1


# ── answered ─────────────────────────────────────────────────────────────────────────────────────────────
def stored(order: LegalOrder) -> tuple:
    row = LegalOrder.objects.get(pk=order.pk)
    return row.outcome, row.answered_at


def test_a_decision_answers_the_order_at_once(cast: Cast, frozen_clock) -> None:
    order = an_order()
    with clock.moved(minutes=5):
        a_decision(cast.moderator, case=order.case)
    assert stored(order) == ("suspend", frozen_clock + timedelta(minutes=5))


def test_an_order_without_a_deadline_is_answered_when_the_undo_window_has_passed(cast: Cast, frozen_clock) -> None:
    order = an_order(deadline=None)
    decision = a_decision(cast.moderator, "keep", case=order.case)
    assert stored(order) == ("", None)
    with clock.moved(minutes=1):
        decisions.make_effective()
    assert stored(order) == ("keep", decision.effective_at)


def test_a_reversal_turns_the_answer_and_keeps_its_time(cast: Cast, frozen_clock) -> None:
    order = an_order()
    decision = a_decision(cast.moderator, case=order.case)
    with clock.moved(minutes=5):
        undoing.reverse(cast.senior, decision_id=decision.pk, reason="It was wrong.")
    assert stored(order) == ("keep", frozen_clock)


def test_an_order_on_a_suspended_account_is_answered_until_that_is_undone(cast: Cast, frozen_clock) -> None:
    account = an_account()
    decision = a_decision(cast.moderator, case=a_case(account))
    order = an_order(account=account)
    assert stored(order) == ("suspend", frozen_clock)
    undoing.undo(cast.moderator, decision_id=decision.pk)
    assert stored(order) == ("", None)
    assert deadline_of_case(order) == order.deadline_at


def test_a_withdrawn_order_is_answered(cast: Cast) -> None:
    sender, _ = a_client(kind=SourceKind.GOVERNMENT)
    flag = a_flag(sender, legal_basis=LegalBasis(order_id="1", authority="A", deadline=clock.now() + HOUR))
    withdrawals.withdraw(sender, flag_id=flag.pk)
    assert LegalOrder.objects.get(flag=flag).outcome == "withdrawn"


# ── what an order holds ──────────────────────────────────────────────────────────────────────────────────
def a_held_account() -> LegalOrder:
    account = an_account()
    order = an_order(account=account)
    a_flag(account=account, posts=(EvidencePost(external_id="1", text="A post"),))
    return order


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("accounts_account", "id"),
        ("accounts_post", "account_id"),
        ("accounts_snapshot", "account_id"),
        ("reviews_flag", "account_id"),
        ("reviews_case", "account_id"),
        ("reviews_decision", "account_id"),
        ("reviews_legalorder", "account_id"),
    ],
)
def test_nothing_of_a_held_account_is_deleted(cast: Cast, table: str, column: str) -> None:
    order = a_held_account()
    a_decision(cast.moderator, case=Case.objects.get(pk=order.case_id))
    assert count(table, column, order.account_id) > 0
    with nothing_happens():
        for statement in (f"DELETE FROM {table} WHERE {column} = '{order.account_id}'", f"TRUNCATE {table} CASCADE"):
            with refused_for_the_hold(), connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute(statement)


@contextmanager
def refused_for_the_hold():
    """The database says no to what the block does."""
    with pytest.raises(ProgrammingError, match="legal order"), transaction.atomic():
        yield


def count(table: str, column: str, account_id: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {column} = %s", [account_id])
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_the_orm_deletes_nothing_of_a_held_account() -> None:
    account = a_held_account().account
    with nothing_happens():
        for rows in (account.captured_posts.all(), account.legal_orders.all()):
            with refused_for_the_hold():
                rows.delete()
        with pytest.raises(ProtectedError):
            account.delete()


@pytest.mark.django_db
def test_a_hold_is_never_brought_forward() -> None:
    order = an_order()
    with refused_for_the_hold():
        LegalOrder.objects.filter(pk=order.pk).update(preserve_until=order.preserve_until - SECOND)


@pytest.mark.django_db
def test_a_hold_ends_by_itself() -> None:
    with clock.moved(days=-184):
        account = a_held_account().account
    assert account.captured_posts.all().delete()[0] == 1


def test_a_hold_is_extended(cast: Cast) -> None:
    order = an_order()
    longer = orders.extend_hold(cast.supervisor, order_id=order.pk, days=90, reason="The authority asked.")
    assert longer.preserve_until == order.preserve_until + timedelta(days=90)
    assert Entry.objects.get(action="order.hold_extended").detail["reason"] == "The authority asked."


# ── rules ────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"kind": "removal_order_2021_784", "member_state": "US"}, "member_state"),
        ({"kind": "order_dsa_9", "member_state": "CH"}, "member_state"),
        ({"kind": "removal_order_2021_784", "after": 2 * HOUR}, "deadline"),
        ({"kind": "other", "after": timedelta(0)}, "deadline"),
        ({"kind": "other", "member_state": "US", "after": 2 * HOUR}, None),
        ({"kind": "removal_order_2021_784", "member_state": "PT", "after": HOUR}, None),
    ],
)
def test_bad_combinations_name_their_field(said: dict, named: str | None) -> None:
    at = clock.now()
    deadline = at + said["after"] if "after" in said else None
    found = list(rules.faults(said["kind"], said.get("member_state", ""), deadline, at, is_stated=True))
    assert [field for field, _ in found] == ([named] if named else [])


@pytest.mark.django_db
def test_the_system_is_the_one_who_alerts() -> None:
    order = an_order()
    with clock.moved(minutes=45):
        orders.alert()
    assert Entry.objects.get(action="order.alerted", subjects__contains=[f"order:{order.pk}"]).actor == SYSTEM.key
