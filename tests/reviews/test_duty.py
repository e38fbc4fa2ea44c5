"""The duty contact is mailed that material was restricted, until somebody answers for it; never what it is."""

from collections.abc import Iterator
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.conf import settings
from django.core import mail

from audit.models import Entry
from common import clock
from reviews.models import Case, Restriction
from reviews.rules.restrictions import mail_gap
from reviews.services import duty, policies, restricting
from staff.actors import operator
from tests.cast import Cast, a_case, a_flag, a_person, an_account
from tests.conftest import Nudge

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _duty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.CASELOAD, "DUTY_CONTACTS", ["duty@example.org", "second@example.org"])


@pytest.fixture
def restricted(cast: Cast) -> Case:
    return restricting.restrict(
        cast.moderator, case_id=a_case(an_account(handle="the_handle")).pk, clearance="child_safety"
    )


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Exception]]:
    """Mail can't be sent while an error stands here."""
    errors: list[Exception] = [SMTPServerDisconnected("gone")]
    send = duty.send_mail

    def try_to_send(*args: Any, **kwargs: Any) -> int:
        if errors:
            raise errors[0]
        return send(*args, **kwargs)

    monkeypatch.setattr(duty, "send_mail", try_to_send)
    return errors


def test_the_mail_tells_the_kind_and_the_case_and_nothing_of_the_account(restricted: Case) -> None:
    assert duty.mail_due() == 1
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (
        ["duty@example.org", "second@example.org"],
        "Caseload: restricted: abuse of children (1)",
    )
    assert str(restricted.pk) in sent.body
    assert "the_handle" not in sent.body
    assert Entry.objects.get(action="restriction.mailed").detail == {"restrictions": 1}


def test_restricting_nudges_the_mail_after_the_commit(
    cast: Cast, nudges: list[Nudge], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        restricting.restrict(cast.moderator, case_id=a_case().pk, clearance="threat_to_life")
    assert ("reviews.tasks.mail_restrictions", ()) in nudges


def test_it_is_mailed_once(restricted: Case) -> None:
    duty.mail_due()
    with clock.moved(hours=1):
        assert duty.mail_due() == 0
    assert len(mail.outbox) == 1


def test_what_could_not_be_sent_is_sent_later(frozen_clock: Any, restricted: Case, broken: list[Exception]) -> None:
    assert duty.mail_due() == 0
    assert (Restriction.objects.get().mailed_at, mail.outbox) == (None, [])
    broken.clear()
    assert duty.mail_due() == 0
    with clock.moved(seconds=61):
        assert duty.mail_due() == 1


def test_each_gap_is_twice_as_long_up_to_a_quarter_of_an_hour() -> None:
    assert [mail_gap(tries) for tries in (1, 2, 4, 5, 99)] == [
        timedelta(minutes=minutes) for minutes in (1, 2, 8, 15, 15)
    ]


def test_nobody_is_mailed_once_somebody_answers_for_it(
    frozen_clock: Any, restricted: Case, broken: list[Exception]
) -> None:
    actor = a_person("cleared")
    actor.person().clearances = ["child_safety"]
    duty.mail_due()
    restricting.acknowledge(actor, restriction_id=Restriction.objects.get().pk)
    broken.clear()
    with clock.moved(hours=1):
        assert duty.mail_due() == 0


def test_without_a_contact_nothing_is_tried(restricted: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.CASELOAD, "DUTY_CONTACTS", [])
    assert duty.mail_due() == 0
    assert Restriction.objects.get().mail_tries == 0


def test_many_restrictions_are_one_mail(cast: Cast) -> None:
    policies.install_starters(operator())
    for number in range(22):
        a_flag(account=an_account(f"many:{number}"), policy="threats_of_violence")
    assert duty.mail_due() == 22
    (sent,) = mail.outbox
    assert (sent.body.count("  case "), "and 2 more" in sent.body) == (20, True)
