"""The words of the code, and what `locale/` has of them: both read without any tool."""

import ast
import gettext
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation.template import templatize

from tests.architecture.doors import PACKAGES, ROOT

# where a function's msgids stand among its arguments: context, singular, plural
MARKS = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
}
NOT_GATHERED = ("moderation/sample/", "takedowns/simulator/")
Key = tuple[str, str]  # context, msgid
_LITERAL = r"""(?:u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*")"""
_IN_TEMPLATES = re.compile(rf"\b(n?p?gettext|_)\(((?:{_LITERAL},?\s*)+)")


@dataclass
class Entry:
    """One text of a .po file. `texts` by number of the plural form; 0 alone for what has none."""

    context: str = ""
    singular: str = ""
    plural: str = ""
    texts: dict[int, str] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)


# ── the code ─────────────────────────────────────────────────────────────────────────────────────────────
def modules() -> list[Path]:
    """Every module whose words are gathered."""
    found = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
    return [file for file in found if not str(file.relative_to(ROOT)).startswith(NOT_GATHERED)]


def said_by_the_code() -> set[Key]:
    """What is marked in modules and in templates."""
    return {key for file in modules() for key in _in_module(file)} | {
        key for file in ROOT.glob("templates/**/*.html") for key in _in_template(file)
    }


def _in_module(file: Path) -> Iterator[Key]:
    for node in ast.walk(ast.parse(file.read_text())):
        name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
        if name in MARKS:
            said = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            yield from _key(name, said)


def _in_template(file: Path) -> Iterator[Key]:
    for name, literals in _IN_TEMPLATES.findall(templatize(file.read_text(), origin=file.name)):
        yield from _key(name, [ast.literal_eval(each) for each in re.findall(_LITERAL, literals)])


def _key(name: str, said: list[str]) -> Iterator[Key]:
    context, singular, _plural = MARKS[name]
    if len(said) > singular:
        yield ("" if context is None else said[context], said[singular])


# ── the files ────────────────────────────────────────────────────────────────────────────────────────────
def languages() -> list[str]:
    """Every language there are files for."""
    return sorted(path.name for path in (ROOT / "locale").iterdir())


def po_of(language: str) -> list[Entry]:
    """The entries of a language, the header first."""
    blocks = (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").read_text().split("\n\n")
    return [_entry(block) for block in blocks if "msgid " in block]


def _entry(block: str) -> Entry:
    entry, place = Entry(), ""
    for line in block.splitlines():
        if line.startswith("#"):
            entry.flags |= set(line[2:].replace(" ", "").split(",")) if line.startswith("#,") else set()
            continue
        if not line.startswith('"'):
            place, _, line = line.partition(" ")
        _add(entry, place, ast.literal_eval(line))
    return entry


def _add(entry: Entry, place: str, text: str) -> None:
    if place.startswith("msgstr"):
        form = int(place[7:-1]) if place.endswith("]") else 0
        entry.texts[form] = entry.texts.get(form, "") + text
    else:
        name = {"msgctxt": "context", "msgid": "singular", "msgid_plural": "plural"}[place]
        setattr(entry, name, getattr(entry, name) + text)


def mo_of(language: str) -> dict[str | tuple[str, int], str]:
    """What the compiled file of a language holds."""
    with (ROOT / "locale" / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        return dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]


def as_compiled(entries: list[Entry]) -> dict[str | tuple[str, int], str]:
    """What a compiler makes of the entries."""
    made: dict[str | tuple[str, int], str] = {}
    for entry in entries:
        name = f"{entry.context}\x04{entry.singular}" if entry.context else entry.singular
        made |= {(name, form): text for form, text in entry.texts.items()} if entry.plural else {name: entry.texts[0]}
    return made
