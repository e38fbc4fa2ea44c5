"""`person create USERNAME --role ROLE [--languages en,ar]`: somebody who can sign in; prints the password once."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError

from common.commands import Command as Base
from staff.actors import operator
from staff.choices import CLEARANCES, Role
from staff.services import people


class Command(Base):
    """Makes people."""

    help = "Make a person and print a generated password once."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("gesture", choices=["create"])
        parser.add_argument("username")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--pseudonym", default="", help="what others see; the username when left out")
        parser.add_argument("--languages", default="", help="BCP 47, comma-separated; everything when left out")
        parser.add_argument("--team", default="")
        parser.add_argument("--clearances", default="", help=f"of {', '.join(CLEARANCES)}; comma-separated")

    def run(self, **options: Any) -> dict[str, Any]:
        password = "-".join(secrets.token_hex(2) for _ in range(4))
        made = people.create(
            operator(),
            username=options["username"],
            password=password,
            role=Role(options["role"]),
            pseudonym=options["pseudonym"] or options["username"],
            languages=_parts(options["languages"]),
            team=options["team"],
            clearances=_clearances(options["clearances"]),
        )
        return {"person": made.username, "role": made.role, "password": password}


def _parts(said: str) -> list[str]:
    return [part.strip() for part in said.split(",") if part.strip()]


def _clearances(said: str) -> list[str]:
    parts = _parts(said)
    if unknown := set(parts) - set(CLEARANCES):
        raise CommandError(f"--clearances: not known: {', '.join(sorted(unknown))}. Give of {', '.join(CLEARANCES)}.")
    return parts
