"""`client create NAME --kind KIND --scopes a,b [--organisation NAME]`: an API client, and its key, printed once.

`client change NAME [--organisation NAME] [--may-state a,b --terms TEXT]` moves it, or writes a relay's terms anew;
`--calls-per-second N` gives it a limit of its own.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from common.commands import Command as Base
from staff.actors import operator
from staff.services import clients


class Command(Base):
    """Makes API clients, and changes whom they belong to and what a relay may state."""

    help = "Make an API client and print its key once, or change its organisation or its terms."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("gesture", choices=["create", "change"])
        parser.add_argument("name")
        parser.add_argument("--kind", help="the kind of source its flags come from")
        parser.add_argument("--scopes", help="comma-separated, for example flags:write,flags:read")
        parser.add_argument("--acts-for", default="", help="usernames it may act for, comma-separated")
        parser.add_argument("--organisation", help="whom it belongs to; entered where the name is new")
        parser.add_argument("--may-state", help="the kinds of source that a relay may state, comma-separated; else all")
        parser.add_argument(
            "--calls-per-second", type=int, help="with change: how many calls it may make; 0 for the setting's number"
        )
        parser.add_argument("--terms", help="what was agreed with a relay")

    def run(self, **options: Any) -> dict[str, Any]:
        may_state = None if options["may_state"] is None else _parts(options["may_state"])
        if options["gesture"] == "change":
            changed = clients.change(
                operator(),
                name=options["name"],
                organisation=options["organisation"],
                may_state=may_state,
                terms=options["terms"],
                calls_per_second=options["calls_per_second"],
            )
            organisation = changed.organisation.name if changed.organisation else ""
            return {
                "client": changed.name,
                "organisation": organisation,
                "may_state": changed.may_state,
                "calls_per_second": changed.calls_per_second,
            }
        for needed in ("kind", "scopes"):
            if not options[needed]:
                raise CommandError(f"Say --{needed}.")
        made, key = clients.create(
            operator(),
            name=options["name"],
            kind=options["kind"],
            scopes=_parts(options["scopes"]),
            acts_for=_parts(options["acts_for"]),
            organisation=options["organisation"] or "",
            may_state=may_state,
            terms=options["terms"] or "",
        )
        return {"client": made.name, "key": key}


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
