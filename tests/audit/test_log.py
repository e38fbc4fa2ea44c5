"""The log: written in the acting transaction, refused to whoever would change it."""

import pytest
from django.db import DatabaseError, connection, transaction

import audit.services as audit
from audit.models import Entry
from audit.rules import check_detail, declare, declared
from audit.selectors import entries
from common.clock import now
from staff import audit_actions
from staff.actors import SYSTEM
from tests.cast import Cast


def recorded(subject: str = "person:x") -> Entry:
    """One entry about `subject`."""
    with transaction.atomic():
        audit.record(SYSTEM, audit_actions.SIGNED_IN, [subject])
    return Entry.objects.latest("id")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET action = 'x'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "SET LOCAL session_replication_role = replica; DELETE FROM audit_entry",
    ],
)
def test_the_database_refuses_to_change_the_log(statement: str) -> None:
    recorded()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Entry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_is_recorded_outside_a_transaction() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        audit.record(SYSTEM, audit_actions.SIGNED_IN, ["person:x"])


@pytest.mark.django_db(transaction=True)
def test_an_entry_goes_with_its_transaction() -> None:
    with transaction.atomic():
        audit.record(SYSTEM, audit_actions.SIGNED_IN, ["person:x"])
        transaction.set_rollback(True)
    assert Entry.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_each_entry_keeps_its_transaction() -> None:
    first, second = recorded(), recorded()
    with connection.cursor() as cursor:
        cursor.execute("SELECT xid::text::numeric FROM audit_entry ORDER BY id")
        xids = [row[0] for row in cursor.fetchall()]
    assert xids[0] < xids[1]
    assert first.pk < second.pk


@pytest.mark.django_db
def test_entries_are_found_by_subject_actor_action_and_time(cast: Cast) -> None:
    before = now()
    wanted = recorded("case:1")
    recorded("case:2")
    found = entries.entries(subjects=["case:1"], actor="system", action="person.", since=before)
    assert list(found) == [wanted]


@pytest.mark.django_db
def test_many_entries_are_one_call(cast: Cast) -> None:
    with transaction.atomic():
        audit.record_many(SYSTEM, audit_actions.SIGNED_IN, [([f"person:{n}"], {}) for n in range(50)])
    assert Entry.objects.filter(subjects__overlap=[f"person:{n}" for n in range(50)]).count() == 50


def test_the_list_of_actions_is_closed() -> None:
    with pytest.raises(ValueError, match="without colour"):
        check_detail(audit_actions.SIGNED_IN, {"colour": "red"})


def test_an_action_is_declared_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        declare("person.signed_in", "Something else")


def test_actions_are_dotted_and_past() -> None:
    assert all(code.count(".") == 1 and code == code.lower() for code in declared())
