"""Queues are made, changed and removed by those who may; people get teams, languages and clearances."""

from typing import Any

import pytest
from django.urls import reverse

from audit.models import Entry
from common.errors import Invalid, NotAllowed
from reviews.models import Claim, Queue
from reviews.services import claims, queueing
from reviews.services.queueing import QueueSaid
from staff.models import Team, User
from staff.services import people
from staff.services.people import PersonSaid
from tests.cast import Cast, a_case, a_policy, an_account

pytestmark = pytest.mark.django_db


def entries(action: str) -> list[dict[str, Any]]:
    return list(Entry.objects.filter(action=action).values_list("detail", flat=True))


def a_queue_form(**said: Any) -> dict[str, Any]:
    return {"title": "Arabic", "severity_from": "1", "severity_to": "4", "position": "3"} | said


def a_person_said() -> PersonSaid:
    return PersonSaid(role="moderator", languages=["ar"], team="Night", clearances=[], is_active=True)


def test_a_supervisor_makes_a_queue_by_every_filter(signed_in, cast: Cast) -> None:
    policy = a_policy()
    form = a_queue_form(
        policies=[policy.code],
        severity_from="2",
        languages="ar, en",
        source_kinds=["government"],
        protected_classes=["", "journalist"],
        follower_bands=["from_1m"],
        older_than_hours="24",
        roles=["moderator"],
    )
    assert signed_in(cast.supervisor).post(reverse("reviews:queue-new"), form).status_code == 302
    [told] = entries("queue.created")
    assert told["after"] == {
        "title": "Arabic",
        "policies": [policy.code],
        "severity_from": 2,
        "severity_to": 4,
        "languages": ["ar", "en"],
        "platforms": [],
        "source_kinds": ["government"],
        "protected_classes": ["", "journalist"],
        "follower_bands": ["from_1m"],
        "older_than_hours": 24,
        "team": "",
        "roles": ["moderator"],
        "position": 3,
    }


def test_a_changed_queue_is_told_with_before_and_after_once(cast: Cast) -> None:
    queue = queueing.make(cast.supervisor, QueueSaid(title="Arabic", languages=["ar"]))
    said = QueueSaid(title="Arabic", languages=["ar", "fa"])
    queueing.change(cast.supervisor, queue_id=queue.pk, said=said)
    queueing.change(cast.supervisor, queue_id=queue.pk, said=said)
    [told] = entries("queue.changed")
    assert (told["before"]["languages"], told["after"]["languages"]) == (["ar"], ["ar", "fa"])


def test_a_removed_queue_leaves_what_is_held_from_it(signed_in, cast: Cast) -> None:
    queue = queueing.make(cast.supervisor, QueueSaid(title="Arabic", languages=["ar"]))
    case = a_case(an_account(language="ar"))
    claim = claims.claim_next(cast.moderator, queue="arabic")
    assert claim is not None
    signed_in(cast.supervisor).post(reverse("reviews:queue-remove", args=[queue.pk]))
    assert not Queue.objects.exists()
    assert Claim.objects.get().case_id == case.pk
    claims.release(cast.moderator, case_id=case.pk, token=claim.token)
    assert entries("queue.removed")[0]["before"]["title"] == "Arabic"


@pytest.mark.parametrize(
    "said",
    [
        {"title": "Taken"},
        {"title": "?"},
        {"title": "New", "severity_from": 3, "severity_to": 2},
        {"title": "New", "policies": ["unknown"]},
        {"title": "New", "team": "Nobody"},
    ],
)
def test_a_faulty_queue_is_refused_and_nothing_stands(cast: Cast, said: dict[str, Any]) -> None:
    queueing.make(cast.supervisor, QueueSaid(title="Taken"))
    before = Entry.objects.count()
    with pytest.raises(Invalid):
        queueing.make(cast.supervisor, QueueSaid(**said))
    assert (Queue.objects.count(), Entry.objects.count()) == (1, before)


def test_a_faulty_form_shows_what_was_typed(signed_in, cast: Cast) -> None:
    form = a_queue_form(severity_from="4", severity_to="2")
    page = signed_in(cast.supervisor).post(reverse("reviews:queue-new"), form)
    assert page.status_code == 422
    assert b"Not below the lowest severity." in page.content
    assert b'value="Arabic"' in page.content


def test_a_moderator_makes_no_queue(cast: Cast) -> None:
    before = Entry.objects.count()
    with pytest.raises(NotAllowed):
        queueing.make(cast.moderator, QueueSaid(title="Mine"))
    assert (Queue.objects.count(), Entry.objects.count()) == (0, before)


def test_the_form_of_a_queue_shows_what_it_is(signed_in, cast: Cast) -> None:
    queue = queueing.make(cast.supervisor, QueueSaid(title="Arabic", languages=["ar", "fa"], older_than_hours=72))
    page = signed_in(cast.supervisor).get(reverse("reviews:queue-edit", args=[queue.pk]))
    assert b'value="ar, fa"' in page.content
    assert b'<option value="72" selected>' in page.content


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────
def test_an_administrator_changes_a_person_and_the_log_tells_before_and_after(signed_in, cast: Cast) -> None:
    person = cast.moderator.person()
    form = {"role": "senior_moderator", "languages": "ar", "team": "Night", "clearances": ["child_safety"]}
    address = reverse("reviews:person-edit", args=[person.pk])
    assert signed_in(cast.administrator).post(address, form | {"is_active": "on"}).status_code == 302
    [told] = entries("person.changed")
    assert told["after"] == form | {"languages": ["ar"], "is_active": True}
    assert told["before"]["team"] == ""
    assert Team.objects.get().name == "Night"
    assert User.objects.get(pk=person.pk).clearances == ["child_safety"]


def test_somebody_who_left_is_signed_out(signed_in, cast: Cast) -> None:
    browser = signed_in(cast.moderator)
    address = reverse("reviews:person-edit", args=[cast.moderator.person().pk])
    signed_in(cast.administrator).post(address, {"role": "moderator", "languages": "", "team": ""})
    assert browser.get("/").status_code == 302


def test_an_administrator_does_not_take_their_own_role(cast: Cast) -> None:
    before = Entry.objects.count()
    with pytest.raises(Invalid):
        people.change(cast.administrator, person_id=cast.administrator.person().pk, said=a_person_said())
    assert (Team.objects.count(), Entry.objects.count()) == (0, before)


def test_a_supervisor_changes_nobody(cast: Cast) -> None:
    before = Entry.objects.count()
    with pytest.raises(NotAllowed):
        people.change(cast.supervisor, person_id=cast.moderator.person().pk, said=a_person_said())
    assert (Team.objects.count(), Entry.objects.count()) == (0, before)
