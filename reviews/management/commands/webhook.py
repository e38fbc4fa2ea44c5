"""`webhook create CLIENT URL [--events a,b]`: an API client is told what becomes of its flags; prints the secret once.

`webhook list`, and by an endpoint's id `webhook rotate|disable|enable|test ID`.
"""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError

from common.commands import Command as Base
from reviews.choices import SUBSCRIBABLE
from reviews.models import WebhookEndpoint
from reviews.selectors.webhooks import endpoints_visible_to
from reviews.services.webhooks import endpoints
from staff.actors import operator

GESTURES = ("create", "list", "rotate", "disable", "enable", "test")


class Command(Base):
    """Makes and minds endpoints of webhooks."""

    help = "Make an endpoint of webhooks and print its secret once, or mind one."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("gesture", choices=GESTURES)
        parser.add_argument("name", nargs="?", help="the client for `create`, else the endpoint's id")
        parser.add_argument("url", nargs="?", help="where it is told, for `create`")
        parser.add_argument("--events", help="comma-separated; every event unless given")

    def run(self, **options: Any) -> dict[str, Any]:
        actor, gesture = operator(), options["gesture"]
        if gesture == "list":
            rows = endpoints_visible_to(actor)
            shown = ({"id": str(row.pk), "client": row.client.name, "url": row.url, **_state(row)} for row in rows)
            return {"endpoints": list(shown)}
        if not options["name"]:
            raise CommandError(f"Say {'which client' if gesture == 'create' else 'the id of which endpoint'}.")
        if gesture == "create":
            return self._create(options)
        pk = _id(options["name"])
        if gesture == "rotate":
            row, secret = endpoints.rotate(actor, endpoint_id=pk)
            return {"endpoint": str(row.pk), "secret": secret}
        if gesture == "test":
            return {"delivery": str(endpoints.send_test(actor, endpoint_id=pk).pk)}
        row = (endpoints.enable if gesture == "enable" else endpoints.disable)(actor, endpoint_id=pk)
        return {"endpoint": str(row.pk), **_state(row)}

    def _create(self, options: dict[str, Any]) -> dict[str, Any]:
        if not options["url"]:
            raise CommandError("Say the URL.")
        given = options["events"]
        events = [part.strip() for part in given.split(",")] if given else [event.value for event in SUBSCRIBABLE]
        made, secret = endpoints.create(operator(), client=options["name"], url=options["url"], events=events)
        return {"endpoint": str(made.pk), "url": made.url, "secret": secret}


def _state(row: WebhookEndpoint) -> dict[str, Any]:
    return {"is_active": row.is_active, "disabled_because": row.disabled_because}


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise CommandError(f"{text!r} is no id of an endpoint: `webhook list` shows them.") from None
