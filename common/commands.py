"""What our management commands share: `--json` prints one JSON object on the last line; refusals are one sentence."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.errors import DomainError


class Command(BaseCommand):
    """A command that calls one service in `run` and returns what it made, as a JSON-able dict."""

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")
        self.arguments(parser)

    def arguments(self, parser: ArgumentParser) -> None:
        """Where a command adds its own arguments."""

    def run(self, **options: Any) -> dict[str, Any]:
        """Do it. Returns what `--json` prints."""
        raise CommandError("This command does nothing.")

    def report(self, made: dict[str, Any]) -> str:
        """What a person reads."""
        return "\n".join(f"{name}: {value}" for name, value in made.items())

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = self.run(**options)
        except DomainError as error:
            raise CommandError(error.message) from None
        self.stdout.write(json.dumps(made) if options["json"] else self.report(made))
