"""No reviewer's name leaves the tool: a whole case is worked, and every text that goes out is searched for them.

What sources, platforms and the security contact get holds no pseudonym of the house either: each source knows a
reviewer under one of its own. Calls of the house's own programs, and exports, hold the pseudonym. The log is not
searched: who did what is what it is for, and only those who may read it get it.
"""

import json
from typing import Any
from uuid import UUID

import pytest
from django.core import mail

from common import clock
from insights.selectors.answers import Asked
from insights.services import exporting
from insights.services.publishing import publish_definitions
from insights.services.refreshing import rebuild
from reviews.choices import SUBSCRIBABLE
from reviews.models import Case, WebhookDelivery
from reviews.services import batch_export, batches, notes, threats
from reviews.services.batches import Plan
from reviews.services.webhooks import endpoints
from reviews.tasks import make_decisions_effective, note_enforcements
from staff import actors
from staff.actors import Actor
from staff.choices import Role
from staff.models import User
from staff.services import people
from takedowns import connectors
from takedowns.connectors.base import Kind
from takedowns.tasks import dispatch_due
from tests.calls import Api, a_flag_body
from tests.cast import a_client, a_platform, a_policy
from tests.takedowns.conftest import FakeConnector

pytestmark = pytest.mark.django_db
ORDER = {"order_id": "A 1", "authority": "An authority"}


def a_named(username: str, pseudonym: str, role: Role) -> Actor:
    """A person whose every name can be told from any other word."""
    said: dict[str, Any] = {"password": "a long enough secret", "languages": ["en"], "role": role}
    person = people.create(actors.operator(), username=username, pseudonym=pseudonym, **said)
    names = {"first_name": f"First{username}", "last_name": f"Last{username}", "email": f"{username}@house.example"}
    User.objects.filter(pk=person.pk).update(**names)
    return actors.person(User.objects.get(pk=person.pk))


@pytest.fixture
def crew(db: None) -> dict[str, Actor]:
    return {
        "moderator": a_named("zaphodine", "Reviewer 12", Role.MODERATOR),
        "second": a_named("trilliana", "Reviewer 7", Role.MODERATOR),
        "supervisor": a_named("slartibart", "Reviewer 3", Role.SUPERVISOR),
    }


def names_of(crew: dict[str, Actor]) -> list[str]:
    found = [actor.person() for actor in crew.values()]
    return [str(name) for row in found for name in (row.pk, row.username, row.first_name, row.last_name, row.email)]


def pseudonyms_of(crew: dict[str, Actor]) -> list[str]:
    return [actor.label for actor in crew.values()]


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> FakeConnector:
    """What the platform is sent stays in it."""
    connector = FakeConnector()
    monkeypatch.setitem(connectors.KINDS, "simulator", Kind(title="Simulator", build=lambda reach: connector))
    connectors.connector_for.cache_clear()
    return connector


class Desk:
    """The house's own program, which keeps what it is answered."""

    def __init__(self, crew: dict[str, Actor]) -> None:
        self.api = Api(a_client("Desk", acts_for=[actor.person().username for actor in crew.values()])[1])
        self.heard: list[Any] = []

    def post(self, path: str, body: Any) -> Any:
        return self._keep(self.api.post(path, body))

    def get(self, path: str) -> Any:
        return self._keep(self.api.get(path))

    def _keep(self, answer: Any) -> Any:
        assert answer.status < 500, answer
        self.heard.append([answer.body, answer.headers])
        return answer.body


def work(seconds: int) -> None:
    with clock.moved(seconds=seconds):
        make_decisions_effective()
        dispatch_due()
        note_enforcements()


def test_no_text_that_goes_out_names_a_reviewer(crew: dict[str, Actor], platform: FakeConnector, settings: Any) -> None:
    settings.CASELOAD = settings.CASELOAD | {"SECURITY_CONTACTS": ["security@example.org"]}
    a_platform()
    policy = a_policy()
    flagger, desk = Api(a_client("Partner")[1]), Desk(crew)
    endpoints.create(actors.operator(), client="Partner", url="https://1.1.1.1/hook", events=SUBSCRIBABLE)

    # flagged, with an authority's order; worked, noted, asked about, threatened over, decided, taken back
    told = [flagger.post("/flags", a_flag_body(legal_basis=ORDER, client_reference="t-1")).body]
    case = Case.objects.get()
    me, other = "zaphodine", "trilliana"
    taken = desk.post("/queue/next", {"staff": me})
    desk.post(f"/cases/{case.pk}/claim", {"staff": other})  # refused: who has it
    notes.write(crew["moderator"], case_id=case.pk, text="Look, @trilliana.")
    threats.report(crew["moderator"], case_id=case.pk)
    assert threats.tell() == 1
    token = taken["claim"]["token"]
    verdict = {"staff": me, "claim_token": token, "outcome": "suspend", "policy": policy.code, "reason": "It is so."}
    decided = desk.post(f"/cases/{case.pk}/decision", verdict | {"evidence_version": 1})
    desk.post(f"/cases/{case.pk}/decision", verdict | {"evidence_version": 1})  # refused: decided
    work(1)
    with clock.moved(seconds=60):
        reversal = {"staff": "slartibart", "reason": "It was somebody else."}
        desk.post(f"/decisions/{decided['id']}/reverse", reversal)
    work(120)

    # a second one, that needs a second person; and a batch
    protected = a_flag_body(client_reference="t-2")
    protected["account"]["external_id"] = "protected:1"
    protected["account"]["protected_class"] = "journalist"
    told.append(flagger.post("/flags", protected).body)
    proposed = Case.objects.get(account__external_id="protected:1")
    taken = desk.post(f"/cases/{proposed.pk}/claim", {"staff": me})
    desk.post(
        f"/cases/{proposed.pk}/decision", verdict | {"claim_token": taken["claim"]["token"], "evidence_version": 1}
    )
    desk.get(f"/cases/{proposed.pk}?staff={other}")
    said = {"outcome": "suspend", "policy": policy.code, "reason": "It is so.", "expected_count": 1}
    batch = batches.plan(crew["moderator"], Plan(title="Wave", **said, accounts=[("simulator", "ira:1")]))

    told += [
        flagger.get(path).body for path in (f"/flags/{told[0]['id']}", "/flags?client_reference=t-2", "/sources/me")
    ]
    desk.get(f"/cases/{case.pk}")
    desk.get("/cases?state=decided")
    desk.get("/queues")
    publish_definitions(actors.operator())
    rebuild(actors.operator())
    desk.get("/statistics/decisions?group_by=person")

    outside = [*told, *WebhookDelivery.objects.values_list("body", flat=True), *map(repr, platform.sent)]
    outside += [message.subject + message.body for message in mail.outbox]
    inside = [*desk.heard, *_exports(crew["supervisor"], batch.pk)]
    assert (len(outside) > 8, len(platform.sent) >= 1, len(mail.outbox)) == (True, True, 1)
    assert "Reviewer 12" in _words(inside)  # it does hold something to find
    assert [name for name in names_of(crew) if name in _words(outside) + _words(inside)] == []
    assert [name for name in pseudonyms_of(crew) if name in _words(outside)] == []


def _exports(actor: Actor, batch_id: UUID) -> list[str]:
    """What is taken out as files: a statistic by person, and a batch's list."""
    asked = Asked(group_by=("person",))
    return [exporting.export_statistic(actor, "decisions", asked), batch_export.export_list(actor, batch_id=batch_id)]


def _words(texts: list[Any]) -> str:
    return json.dumps(texts, default=str, ensure_ascii=False)
