"""`manage.py doctor`: what is wrong here, and what to do about it."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from moderation.diagnosis import examine


class Command(BaseCommand):
    help = "Check settings, servers, migrations, workers and clock; say what to do about each. Exit code 1: something."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = examine()
        healthy = all(finding.ok for finding in findings)
        if options["json"]:
            self.stdout.write(json.dumps({"ok": healthy, "findings": [finding.as_dict() for finding in findings]}))
        else:
            for finding in findings:
                self.stdout.write(f"{'ok  ' if finding.ok else 'BAD '} {finding.name}: {finding.detail}")
                if finding.advice:
                    self.stdout.write(f"       {finding.advice}")
        if not healthy:
            sys.exit(1)
