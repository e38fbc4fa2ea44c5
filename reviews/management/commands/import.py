"""`import accounts|observations|activity|posts|flags FILE`: what others have counted and seen comes in."""

import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from accounts.rules import research
from accounts.services.importing import Accounts, Activity, Imported, Observations, Places, Posts, Target, import_file
from common.commands import Command as Base
from common.errors import Invalid
from reviews.services.importing import Flags, sender
from staff.actors import Actor, operator

KINDS = ("accounts", "observations", "activity", "posts", "flags")
BAR_WIDTH = 30


class Command(Base):
    """Imports a file. A second run of the same file changes nothing; an interrupted one goes on where it was cut."""

    help = "Import NDJSON or CSV (plain or .gz): accounts, observations, activity, posts or flags."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=KINDS)
        parser.add_argument("file", type=Path)
        parser.add_argument("--platform", default="", help="for lines that name no platform")
        parser.add_argument(
            "--topic", default="", help="for activity; accounts that say their stance are tracked for it"
        )
        parser.add_argument("--client", default="", help="whose flags they are")
        parser.add_argument("--format", default="ours", choices=["ours", "research"], help="whose words the lines use")

    def run(self, **options: Any) -> dict[str, Any]:
        mapping = _mapping(options["what"]) if options["format"] == "research" else None
        actor, target = _target(options)
        shown = sys.stderr.isatty()
        made = import_file(actor, options["file"], target, mapping=mapping, on_progress=_draw if shown else _silent)
        if shown:
            sys.stderr.write("\n")
        return asdict(made)

    def report(self, made: dict[str, Any]) -> str:
        done = Imported(**made)
        went_on = f" (went on after line {done.resumed_after_line:,})" if done.resumed_after_line else ""
        text = f"{done.accepted:,} {done.what} accepted, {done.rejected:,} refused{went_on}."
        return f"{text} See {done.file}.rejects.ndjson." if done.rejected else text


def _mapping(what: str) -> research.Translation:
    if what not in research.MAPPINGS:
        raise Invalid(f"format: the research data holds no {what}.", fields={"format": "research"})
    return research.MAPPINGS[what]


def _target(options: dict[str, Any]) -> tuple[Actor, Target]:
    actor, places = operator(), Places(options["platform"], options["topic"])
    match options["what"]:
        case "accounts":
            return actor, Accounts(actor, places)
        case "observations":
            return actor, Observations(places)
        case "posts":
            return actor, Posts(places)
        case "activity":
            return actor, Activity(actor, places)
        case _:
            client = sender(options["client"])
            return client, Flags(client, places)


def _draw(position: int, size: int, lines: int) -> None:
    share = position / size if size else 1.0
    bar = "#" * int(share * BAR_WIDTH)
    sys.stderr.write(f"\r[{bar:<{BAR_WIDTH}}] {share:4.0%}  {lines:,} lines")
    sys.stderr.flush()


def _silent(position: int, size: int, lines: int) -> None:
    """Not a terminal: nothing is drawn."""
