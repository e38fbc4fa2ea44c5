"""`simulator --port P [--host H] [--state FILE]`: the simulated platform as a process. It opens no database of ours."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from takedowns.simulator import serving


class Command(BaseCommand):
    """Serves until SIGTERM or Ctrl-C."""

    help = "Serve a simulated platform, with its page of accounts and its switchable faults."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        serving.arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        serving.serve(options["host"], options["port"], options["state"], options["seed"])
