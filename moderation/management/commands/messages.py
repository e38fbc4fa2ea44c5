"""`manage.py messages [LANGUAGE …]`: brings `locale/` up to date with the code. Needs GNU gettext's tools."""

from contextlib import chdir
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandParser
from django.core.management.commands import makemessages

_NOT_OURS = (".venv", "var", "tests", "docs", "deploy", "static", "moderation/sample/*", "takedowns/simulator/*")


class Command(makemessages.Command):
    """Django's makemessages with what we want of it: every language, no guesses, and files that change only where
    words do."""

    help = "Gather all words of the code into locale/LANGUAGE/LC_MESSAGES/django.po, and compile what is there."
    requires_system_checks = []
    # A guess ("fuzzy") is taken for a translation and shown to nobody: a new text is empty, and the tests say so.
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("languages", nargs="*", metavar="LANGUAGE", help="a new language, too; all that there are")

    def handle(self, *args: Any, **options: Any) -> None:
        root = Path(settings.LOCALE_PATHS[0])
        with chdir(root.parent):
            self._bring_up_to_date(root, options["languages"])

    def _bring_up_to_date(self, root: Path, more: list[str]) -> None:
        known = [path.name for path in root.iterdir() if path.is_dir()]
        languages = sorted({*known, *more})
        super().handle(
            exclude=[],
            extensions=[],
            **dict.fromkeys(("all", "symlinks", "keep_pot", "verbosity"), False),
            domain="django",
            locale=languages,
            ignore_patterns=list(_NOT_OURS),
            use_default_ignore_patterns=True,
            no_wrap=True,
            no_location=False,
            add_location="file",
            no_obsolete=True,
        )
        for language in languages:
            _drop_date(root / language / "LC_MESSAGES" / "django.po")
        call_command("compilemessages", locale=languages, ignore_patterns=list(_NOT_OURS), verbosity=0)


def _drop_date(file: Path) -> None:
    """Without the moment of the run, so that a run that finds nothing new changes nothing."""
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(line for line in lines if not line.startswith('"POT-Creation-Date:')))
