"""One flag's whole way, over HTTP and at the shell: from the making of a key to what is asked of the platform."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from audit.models import Entry
from common import clock
from reviews.tasks import make_decisions_effective
from takedowns.models import Enforcement
from tests.calls import Api, account_path
from tests.cast import a_person, a_policy

pytestmark = pytest.mark.django_db


def shell(*arguments: str) -> dict[str, str]:
    """What a command prints on its last line with --json."""
    out = StringIO()
    call_command(*arguments, "--json", stdout=out)
    return dict(json.loads(out.getvalue().splitlines()[-1]))


def test_from_a_key_to_a_suspension() -> None:
    a_person("moderator")
    a_policy()
    shell("platform", "create", "simulator", "--connector", "simulator", "--url", "http://127.0.0.1:9")
    partner = shell("client", "create", "Partner", "--kind", "trusted_flagger", "--scopes", "flags:write,flags:read")
    desk_scopes = "cases:read,cases:write,decisions:write,accounts:read"
    desk = shell(
        "client", "create", "Desk", "--kind", "staff", "--scopes", desk_scopes, "--acts-for", "moderator",
    )  # fmt: skip
    flagger, worker = Api(partner["key"]), Api(desk["key"])

    sent = flagger.post(
        "/flags",
        {
            "platform": "simulator",
            "account": {"external_id": "ira:10_gop", "handle": "10_gop", "followers": 11_287},
            "policy": "coordinated_inauthentic_behaviour",
            "reason": "The same text from forty accounts.",
            "posts": [{"external_id": "p-1", "text": "…", "language": "en"}],
            "client_reference": "ticket-1",
        },
    )
    assert (sent.status, sent.body["state"]) == (201, "open")

    taken = worker.post("/queue/next", {"staff": "moderator"}).body
    assert taken["case"]["id"] == sent.body["case"]
    seen = worker.get(f"/cases/{taken['case']['id']}?staff=moderator").body
    assert seen["actions"] == ["escalate", "hold", "keep", "release", "renew", "skip", "suspend"]
    decision = {
        "staff": "moderator",
        "claim_token": taken["claim"]["token"],
        "evidence_version": seen["evidence_version"],
        "outcome": "suspend",
        "policy": "coordinated_inauthentic_behaviour",
        "reason": "It is part of a coordinated network.",
    }
    first = worker.post(f"/cases/{taken['case']['id']}/decision", decision)
    assert (first.status, first.body["state"]) == (201, "pending")

    assert worker.post(f"/decisions/{first.body['id']}/undo", {"staff": "moderator"}).body["state"] == "undone"
    assert worker.get(account_path("ira:10_gop")).body["enforcement"]["state"] == "cancelled"
    assert flagger.get(f"/flags/{sent.body['id']}").body["state"] == "open"

    again = worker.post("/queue/next", {"staff": "moderator"}).body
    second = worker.post(
        f"/cases/{again['case']['id']}/decision", decision | {"claim_token": again["claim"]["token"]}
    ).body
    with clock.moved(seconds=31):
        assert make_decisions_effective() == 1
    row = Enforcement.objects.get(cause=f"decision:{second['id']}")
    assert (row.kind, row.state, row.account.external_id) == ("suspend", "waiting", "ira:10_gop")
    told = flagger.get("/flags?client_reference=ticket-1").body
    assert (told["state"], told["outcome"]) == ("agreed", "suspend")
    assert flagger.get("/sources/me").body["agreed"] == 1

    story = Entry.objects.filter(subjects__contains=["account:simulator/ira:10_gop"]).order_by("id")
    assert [entry.action for entry in story] == [
        "case.opened",
        "flag.received",
        "case.claimed",
        "case.viewed",
        "enforcement.requested",
        "decision.made",
        "enforcement.cancelled",
        "decision.undone",
        "case.reopened",
        "case.claimed",
        "enforcement.requested",
        "decision.made",
        "decision.effective",
    ]
