"""`load_sample --passwords FILE`: the demonstration's people, accounts and flags."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from common.commands import Command as Base
from common.errors import Invalid
from moderation.sample.loading import load
from staff.actors import operator


class Command(Base):
    """Loads the demonstration; `demo` calls it. A second time changes nothing."""

    help = "Load the demonstration: real accounts, and flags that are generated."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--passwords", type=Path, required=True, help="JSON: username to password")

    def run(self, **options: Any) -> dict[str, Any]:
        return dict(load(operator(), _read(options["passwords"])))


def _read(path: Path) -> dict[str, str]:
    try:
        passwords = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Invalid(f"passwords: {path} can't be read: {error}") from None
    if not isinstance(passwords, dict):
        raise Invalid(f"passwords: {path} must hold an object, username to password.")
    return passwords
