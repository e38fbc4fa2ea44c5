"""What a source hears of its flags on the whole way: over the API, through the worker, from a real platform."""

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from common import clock
from reviews.tasks import deliver_webhooks, make_decisions_effective, note_enforcements
from takedowns.connectors import connector_for
from takedowns.connectors.base import Reach
from takedowns.tasks import dispatch_due
from tests.calls import Api
from tests.cast import Cast, a_policy
from tests.receivers import Receiver, a_receiver
from tests.reviews.told import loopback_allowed, verified
from tests.takedowns.simulated import Simulated, a_simulator

pytestmark = pytest.mark.django_db


def shell(*arguments: str) -> dict[str, Any]:
    """What a command prints on its last line with --json."""
    out = StringIO()
    call_command(*arguments, "--json", stdout=out)
    return dict(json.loads(out.getvalue().splitlines()[-1]))


@pytest.fixture
def simulator() -> Iterator[Simulated]:
    """The simulated platform, as the product's platform `simulator`."""
    connector_for.cache_clear()
    with a_simulator() as made:
        yield made
        connector_for("simulator", Reach(made.url))._caller.close()  # type: ignore[attr-defined]
    connector_for.cache_clear()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with loopback_allowed(), a_receiver() as made:
        yield made


def work(*, seconds: int = 0) -> None:
    """What beat and the worker do, after so many seconds."""
    with clock.moved(seconds=seconds):
        make_decisions_effective()
        dispatch_due()
    with clock.moved(seconds=seconds + 2):
        note_enforcements()
        deliver_webhooks()


def flag_body(reference: str, external_id: str) -> dict[str, Any]:
    return {
        "platform": "simulator",
        "account": {"external_id": external_id, "handle": "someone"},
        "policy": a_policy().code,
        "reason": "The same text from forty accounts.",
        "client_reference": reference,
    }


def test_all_four_events_arrive_signed_and_name_no_reviewer(
    cast: Cast, simulator: Simulated, receiver: Receiver
) -> None:
    shell("platform", "create", "simulator", "--connector", "simulator", "--url", simulator.url)
    partner = shell("client", "create", "Partner", "--kind", "trusted_flagger", "--scopes", "flags:write,flags:read")
    made = shell("webhook", "create", "Partner", f"{receiver.url}/hook")
    flagger, desk = Api(partner["key"]), Api(cast.key)

    flag = flagger.post("/flags", flag_body("ticket-1", "ira:1")).body
    bulk = flagger.post("/flags/bulk", [flag_body("ticket-2", "ira:1"), flag_body("ticket-3", "ira:2")])
    assert bulk.body["accepted"] == 2
    taken = desk.post(f"/cases/{flag['case']}/claim", {"staff": "moderator"}).body
    decision = {
        "staff": "moderator",
        "claim_token": taken["claim"]["token"],
        "evidence_version": taken["case"]["evidence_version"],
        "outcome": "suspend",
        "policy": a_policy().code,
        "reason": "It is part of a coordinated network.",
    }
    decided = desk.post(f"/cases/{flag['case']}/decision", decision).body
    work(seconds=31)
    assert simulator.account("ira:1")["state"] == "suspended"
    with clock.moved(seconds=40):
        said = {"staff": "senior", "reason": "It was somebody else."}
        assert desk.post(f"/decisions/{decided['id']}/reverse", said).status == 201
    work(seconds=80)
    assert simulator.account("ira:1")["state"] == "active"

    messages = [verified(request, made["secret"]) for request in receiver.received]
    heard = sorted((m["data"]["client_reference"], m["type"], (m["data"]["enforcement"] or {}).get("kind", ""))
                   for m in messages)  # fmt: skip
    of_one_account = [
        ("case.decided", ""),
        ("decision.reversed", ""),
        ("enforcement.applied", "reinstate"),
        ("enforcement.applied", "suspend"),
        ("flag.received", ""),
    ]
    assert heard == [
        *(("ticket-1", *each) for each in of_one_account),
        *(("ticket-2", *each) for each in of_one_account),
        ("ticket-3", "flag.received", ""),
    ]
    assert len({request.headers["webhook-id"] for request in receiver.received}) == len(messages)
    words = b"".join(request.body for request in receiver.received).decode()
    people = [actor.person() for actor in cast.everyone.values()]
    names = [name for person in people for name in (person.username, person.pseudonym, str(person.pk))]
    assert [name for name in names if f'"{name}"' in words] == []
    reviewers = {message["data"]["reviewer"] for message in messages}
    assert len(reviewers) == 3  # none yet, the moderator's pseudonym and the senior's


def test_who_asks_is_told_no_name_either(cast: Cast, simulator: Simulated) -> None:
    """The same outcome by polling."""
    shell("platform", "create", "simulator", "--connector", "simulator", "--url", simulator.url)
    partner = shell("client", "create", "Partner", "--kind", "trusted_flagger", "--scopes", "flags:write,flags:read")
    flagger, desk = Api(partner["key"]), Api(cast.key)
    flag = flagger.post("/flags", flag_body("ticket-1", "ira:1")).body
    taken = desk.post(f"/cases/{flag['case']}/claim", {"staff": "moderator"}).body
    decision = {"staff": "moderator", "claim_token": taken["claim"]["token"], "evidence_version": 1, "outcome": "keep"}
    desk.post(f"/cases/{flag['case']}/decision", decision | {"policy": a_policy().code, "reason": "It is not so."})
    work(seconds=31)
    answers = [
        flagger.get(f"/flags/{flag['id']}").body,
        flagger.get("/flags?client_reference=ticket-1").body,
        flagger.post("/flags", flag_body("ticket-1", "ira:1")).body,
        flagger.post("/flags/bulk", [flag_body("ticket-1", "ira:1")]).body,
        flagger.post(f"/flags/{flag['id']}/withdraw").body,
        flagger.get("/sources/me").body,
    ]
    assert (answers[0]["state"], answers[0]["outcome"]) == ("disagreed", "keep")
    words = json.dumps(answers)
    people = [actor.person() for actor in cast.everyone.values()]
    names = [name for person in people for name in (person.username, person.pseudonym, str(person.pk))]
    assert [name for name in names if name in words] == []
