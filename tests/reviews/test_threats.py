"""A threat against staff: raised by one gesture, alerted to, told to the security contact, kept, and seen to."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import Error, connection, transaction
from django.urls import reverse

from accounts.models import Post
from audit.models import Entry
from common import clock
from common.errors import Conflict, Invalid, NotAllowed, NotFound
from reviews.models import Case, Threat
from reviews.services import claims, threats
from reviews.services.facts import EvidencePost
from staff.choices import Clearance
from tests.calls import nothing_happens
from tests.cast import Cast, a_case, a_policy, an_account

pytestmark = pytest.mark.django_db
CONTACTS = ["security@example.org", "night@example.org"]


@pytest.fixture
def case(cast: Cast) -> Case:
    return a_case(posts=(EvidencePost(external_id="1", text="I know where you live"),))


@pytest.fixture
def contacts(settings) -> list[str]:
    settings.CASELOAD = settings.CASELOAD | {"SECURITY_CONTACTS": CONTACTS}
    return CONTACTS


def actions() -> list[str]:
    return list(Entry.objects.filter(action__startswith="threat.").order_by("pk").values_list("action", flat=True))


# ── raised ───────────────────────────────────────────────────────────────────────────────────────────────
def test_raising_it_alerts_and_nudges_and_is_in_the_log(
    cast: Cast, case: Case, nudges, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        threat = threats.report(cast.moderator, case_id=case.pk, words=" It names one of us. ")
    assert (threat.words, threat.raised_by) == ("It names one of us.", cast.moderator.person())
    assert ("reviews.tasks.tell_of_threats", ()) in nudges
    entry = Entry.objects.latest("pk")
    assert (entry.action, f"case:{case.pk}" in entry.subjects) == ("threat.raised", True)


def test_a_second_one_on_the_case_is_refused_until_somebody_saw_to_the_first(cast: Cast, case: Case):
    threat = threats.report(cast.moderator, case_id=case.pk)
    with nothing_happens(), pytest.raises(Conflict):
        threats.report(cast.second_moderator, case_id=case.pk)
    threats.acknowledge(cast.supervisor, threat_id=threat.pk, note="The police knows.")
    threats.report(cast.second_moderator, case_id=case.pk)
    assert Threat.objects.count() == 2


def test_who_sees_no_such_case_raises_nothing_on_it(cast: Cast):
    restricted = a_case(policy=a_policy("restricted", clearance=Clearance.CHILD_SAFETY).code)
    with nothing_happens(), pytest.raises(NotFound):
        threats.report(cast.moderator, case_id=restricted.pk)
    open_to_all = a_case()
    with nothing_happens(), pytest.raises(NotAllowed):
        threats.report(cast.auditor, case_id=open_to_all.pk)


# ── kept ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_is_known_of_the_account_is_kept(cast: Cast, case: Case):
    threats.report(cast.moderator, case_id=case.pk)
    for table in ("accounts_post", "reviews_flag", "reviews_threat"):
        with pytest.raises(Error, match="threat against staff holds"), transaction.atomic():
            _execute(f"DELETE FROM {table} WHERE account_id = %s", [case.account_id])  # ours
    assert Post.objects.filter(account=case.account_id).count() == 1


def test_another_account_is_not_held(cast: Cast, case: Case):
    threats.report(cast.moderator, case_id=case.pk)
    other = an_account()
    _execute("DELETE FROM accounts_snapshot WHERE account_id = %s", [other.pk])
    _execute("DELETE FROM accounts_account WHERE id = %s", [other.pk])


def test_it_is_kept_for_six_months_and_not_let_go_earlier(cast: Cast, case: Case, frozen_clock):
    threat = threats.report(cast.moderator, case_id=case.pk)
    assert threat.preserve_until == frozen_clock + timedelta(days=183)
    with pytest.raises(Error), transaction.atomic():
        _execute("UPDATE reviews_threat SET preserve_until = preserve_until - interval '1 second'", [])


def _execute(statement: str, params: list[object]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


# ── told ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_security_contact_is_written_to_once_and_learns_no_name(cast: Cast, case: Case, contacts: list[str]):
    threat = threats.report(cast.moderator, case_id=case.pk, words="It names one of us.")
    assert (threats.tell(), threats.tell()) == (1, 0)
    (message,) = mail.outbox
    assert message.to == contacts
    assert f"/threats/{threat.pk}/" in message.body
    secret = (cast.moderator.label, "moderator", "It names", "I know where", case.account.handle)
    assert [word for word in secret if word in message.subject + message.body] == []
    assert actions() == ["threat.raised", "threat.told"]


def test_who_is_not_reached_is_tried_again(cast: Cast, case: Case, contacts: list[str], monkeypatch, frozen_clock):
    threats.report(cast.moderator, case_id=case.pk)
    with monkeypatch.context() as broken:
        broken.setattr(threats, "send_mail", _refuse)
        assert threats.tell() == 0
    assert threats.tell() == 0  # not yet
    with clock.moved(seconds=61):
        assert threats.tell() == 1


def _refuse(*args: object) -> None:
    raise ConnectionRefusedError("nobody there")


def test_without_a_contact_nobody_is_written_to(cast: Cast, case: Case):
    threats.report(cast.moderator, case_id=case.pk)
    assert (threats.tell(), mail.outbox) == (0, [])


# ── seen to ──────────────────────────────────────────────────────────────────────────────────────────────
def test_a_supervisor_sees_to_it_with_a_note_once(cast: Cast, case: Case):
    threat = threats.report(cast.moderator, case_id=case.pk)
    with nothing_happens(), pytest.raises(NotAllowed):
        threats.acknowledge(cast.moderator, threat_id=threat.pk, note="Fine.")
    with nothing_happens(), pytest.raises(Invalid):
        threats.acknowledge(cast.supervisor, threat_id=threat.pk, note="  ")
    threats.acknowledge(cast.supervisor, threat_id=threat.pk, note="The police knows.")
    with nothing_happens(), pytest.raises(Conflict):
        threats.acknowledge(cast.supervisor, threat_id=threat.pk, note="Again.")
    assert Entry.objects.latest("pk").detail == {"note": "The police knows."}


# ── pages ────────────────────────────────────────────────────────────────────────────────────────────────
ALERT = b"nobody has seen to it yet"


def test_every_page_of_a_supervisor_alerts_to_it_until_it_is_seen_to(signed_in, cast: Cast, case: Case):
    browser = signed_in(cast.supervisor)
    assert ALERT not in browser.get("/").content
    threat = threats.report(cast.moderator, case_id=case.pk)
    assert ALERT in browser.get("/cases/").content
    assert ALERT in browser.get("/orders/alerts/").content
    answer = browser.post(reverse("reviews:threat-acknowledge", args=[threat.pk]), {"note": "The police knows."})
    page = browser.get(answer.url).content
    assert (ALERT in page, b"The police knows." in page) == (False, True)
    assert ALERT not in signed_in(cast.moderator).get("/").content


def test_a_note_that_is_missing_is_asked_for(signed_in, cast: Cast, case: Case):
    threat = threats.report(cast.moderator, case_id=case.pk)
    with nothing_happens():
        path = reverse("reviews:threat-acknowledge", args=[threat.pk])
        assert signed_in(cast.supervisor).post(path, {"note": ""}).status_code == 422


def test_the_case_says_so_and_stays_whose_it_is(signed_in, cast: Cast, case: Case):
    claim = claims.claim(cast.moderator, case_id=case.pk)
    browser = signed_in(cast.moderator)
    answer = browser.post(reverse("reviews:case-threat", args=[case.pk]), {"words": ""})
    page = " ".join(browser.get(answer.url).content.decode().split())
    assert "Raised as a threat against staff on" in page
    assert ("Supervisors are alerted." in page, claim.token in page) == (True, True)
    threats.acknowledge(cast.supervisor, threat_id=Threat.objects.get().pk, note="Done.")
    assert "A supervisor saw to it on" in " ".join(browser.get(answer.url).content.decode().split())


def test_the_log_tells_it_in_words(signed_in, cast: Cast, case: Case):
    threat = threats.report(cast.moderator, case_id=case.pk)
    threats.acknowledge(cast.supervisor, threat_id=threat.pk, note="The police knows.")
    page = signed_in(cast.auditor).get("/audit/").content.decode()
    assert ("raised a threat against staff" in page, "saw to the threat against staff" in page) == (True, True)
    listed = signed_in(cast.auditor).get("/threats/").content.decode()
    assert cast.supervisor.label in listed
