"""Endpoints of webhooks at the shell."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from audit.models import Entry
from reviews.models import WebhookDelivery, WebhookEndpoint
from tests.calls import nothing_happens
from tests.cast import a_client

pytestmark = pytest.mark.django_db
URL = "https://1.1.1.1/hook"


def shell(*arguments: str) -> dict[str, Any]:
    """What the command prints on its last line with --json."""
    out = StringIO()
    call_command("webhook", *arguments, "--json", stdout=out)
    return dict(json.loads(out.getvalue().splitlines()[-1]))


def test_an_endpoint_is_made_for_every_event_unless_told() -> None:
    a_client("Partner")
    made = shell("create", "Partner", URL)
    row = WebhookEndpoint.objects.get()
    assert (made["endpoint"], made["url"], made["secret"][:6]) == (str(row.pk), URL, "whsec_")
    assert row.events == ["flag.received", "case.decided", "decision.reversed", "enforcement.applied"]
    assert made["secret"] not in str(list(Entry.objects.values_list("detail", flat=True)))


def test_it_is_minded_by_its_id() -> None:
    a_client("Partner")
    made = shell("create", "Partner", URL, "--events", "case.decided")
    pk = made["endpoint"]
    assert shell("rotate", pk)["secret"] != made["secret"]
    assert shell("test", pk)["delivery"] == str(WebhookDelivery.objects.get().pk)
    assert shell("disable", pk)["is_active"] is False
    assert shell("enable", pk)["is_active"] is True
    [listed] = shell("list")["endpoints"]
    assert listed == {"id": pk, "client": "Partner", "url": URL, "is_active": True, "disabled_because": ""}
    actions = (
        Entry.objects.filter(subjects__contains=[f"endpoint:{pk}"]).order_by("id").values_list("action", flat=True)
    )
    assert list(actions) == [
        "endpoint.created", "secret.rotated", "endpoint.tested", "endpoint.disabled", "endpoint.enabled",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "arguments",
    [
        ("create",),
        ("create", "Partner"),
        ("create", "Nobody", URL),
        ("create", "Partner", URL, "--events", "flag.deleted"),
        ("create", "Partner", "https://127.0.0.1/hook"),
        ("create", "Partner", "http://1.1.1.1/hook"),
        ("rotate",),
        ("rotate", "no-id"),
        ("rotate", "01a20d6d-c1a6-76dc-b109-0c0cbffc922d"),
    ],
)
def test_what_can_not_be_is_refused_in_a_sentence(arguments: tuple[str, ...]) -> None:
    a_client("Partner")
    with nothing_happens(), pytest.raises(CommandError, match=r"\w"):
        shell(*arguments)
