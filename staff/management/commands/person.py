"""`person create USERNAME --role ROLE [--languages en,ar]`: somebody who can sign in; prints the password once."""

import secrets
from argparse import ArgumentParser
from typing import Any

from common.commands import Command as Base
from staff.actors import operator
from staff.choices import Role
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

    def run(self, **options: Any) -> dict[str, Any]:
        password = "-".join(secrets.token_hex(2) for _ in range(4))
        made = people.create(
            operator(),
            username=options["username"],
            password=password,
            role=Role(options["role"]),
            pseudonym=options["pseudonym"] or options["username"],
            languages=[part.strip() for part in options["languages"].split(",") if part.strip()],
            team=options["team"],
        )
        return {"person": made.username, "role": made.role, "password": password}
