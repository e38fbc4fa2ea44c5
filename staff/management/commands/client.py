"""`client create NAME --kind KIND --scopes a,b [--acts-for USER,…]`: an API client, and its key, printed once."""

from argparse import ArgumentParser
from typing import Any

from common.commands import Command as Base
from staff.actors import operator
from staff.services import clients


class Command(Base):
    """Makes API clients."""

    help = "Make an API client and print its key once."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("gesture", choices=["create"])
        parser.add_argument("name")
        parser.add_argument("--kind", required=True, help="the kind of source its flags come from")
        parser.add_argument("--scopes", required=True, help="comma-separated, for example flags:write,flags:read")
        parser.add_argument("--acts-for", default="", help="usernames it may act for, comma-separated")

    def run(self, **options: Any) -> dict[str, Any]:
        made, key = clients.create(
            operator(),
            name=options["name"],
            kind=options["kind"],
            scopes=_parts(options["scopes"]),
            acts_for=_parts(options["acts_for"]),
        )
        return {"client": made.name, "key": key}


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
