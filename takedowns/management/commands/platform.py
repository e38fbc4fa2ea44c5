"""`platform create SLUG --connector NAME [--url …] [--secret …] [--set NAME=TEXT …]`, `change SLUG`, `check SLUG`; of
one that is worked by hand `export SLUG FILE [--again]`, `import SLUG FILE`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import IO, Any, cast

from accounts.selectors.platforms import get_platform
from accounts.services.platforms import PlatformSaid
from common.commands import Command as Base
from common.errors import Conflict, Invalid
from staff.actors import operator
from takedowns.services import by_hand, reaching, work_list


class Command(Base):
    """Makes, changes and tries platforms."""

    help = (
        "Add a platform whose accounts are reviewed, change one, or try whether takedowns get through to it; of one "
        "that is worked by hand, export what is to be done, and import what was."
    )

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("gesture", choices=["create", "change", "check", "export", "import"])
        parser.add_argument("slug")
        parser.add_argument("file", nargs="?", default="", help="the CSV to export to or to import")
        parser.add_argument("--connector", default="", help="how takedowns reach it")
        parser.add_argument("--name", default="", help="what people call it; the slug when left out")
        parser.add_argument("--url", default="", help="where it answers")
        parser.add_argument("--secret", default="", help="what proves who calls; made where we may choose it")
        parser.add_argument(
            "--set", action="append", default=[], metavar="NAME=TEXT", help="what its connector wants to know"
        )
        parser.add_argument("--again", action="store_true", help="export what was exported before, too")
        parser.add_argument("--requests-per-minute", type=int, help="at most this many; no limit when left out")

    def run(self, **options: Any) -> dict[str, Any]:
        return getattr(self, f"_{options['gesture']}")(options)  # type: ignore[no-any-return]

    def _create(self, options: dict[str, Any]) -> dict[str, Any]:
        said = PlatformSaid(
            name=options["name"] or options["slug"],
            connector=options["connector"],
            url=options["url"],
            requests_per_minute=options["requests_per_minute"],
            settings=_settings(options["set"]),
            secret=options["secret"],
        )
        made, secret = reaching.create(operator(), slug=options["slug"], said=said)
        told = {"platform": made.slug, "connector": made.connector, "url": made.url}
        return told | ({"secret": secret} if secret else {})

    def _change(self, options: dict[str, Any]) -> dict[str, Any]:
        there = get_platform(options["slug"])
        said = PlatformSaid(
            name=options["name"] or there.name,
            connector=options["connector"] or there.connector,
            url=options["url"] or there.url,
            requests_per_minute=options["requests_per_minute"] or there.requests_per_minute,
            settings=there.settings | _settings(options["set"]),
            secret=options["secret"],
        )
        made = reaching.change(operator(), slug=options["slug"], said=said)
        return {"platform": made.slug, "connector": made.connector, "url": made.url}

    def _check(self, options: dict[str, Any]) -> dict[str, Any]:
        if complaint := reaching.check(operator(), slug=options["slug"]):
            raise Conflict(complaint)
        return {"platform": options["slug"], "check": "ok"}

    def _export(self, options: dict[str, Any]) -> dict[str, Any]:
        with _opened(options["file"], "x") as file:  # before anything is handed out
            rows = by_hand.hand_out(operator(), slug=options["slug"], again=options["again"])
            work_list.write(file, rows)
        return {"platform": options["slug"], "file": options["file"], "exported": len(rows)}

    def _import(self, options: dict[str, Any]) -> dict[str, Any]:
        with _opened(options["file"], "r") as file:
            told = work_list.read(file)
        counted = by_hand.take_in(operator(), slug=options["slug"], told=told)
        return {"platform": options["slug"], "file": options["file"], "taken_in": counted}


def _opened(path: str, mode: str) -> IO[str]:
    if not path:
        raise Invalid("Name the file.", fields={"file": "missing"})
    try:
        encoding = "utf-8-sig" if mode == "r" else "utf-8"
        return cast(IO[str], Path(path).open(mode, encoding=encoding, newline=""))
    except OSError as error:
        raise Invalid(f"{path}: {error.strerror}.", fields={"file": str(error.strerror)}) from None


def _settings(pairs: list[str]) -> dict[str, str]:
    faulty = [pair for pair in pairs if "=" not in pair]
    if faulty:
        raise Invalid(f"--set takes NAME=TEXT, and not {faulty[0]!r}.", fields={"set": "NAME=TEXT"})
    return dict(pair.split("=", 1) for pair in pairs)
