"""Everything that a person can read is marked, and every language that is offered has all of it."""

import ast
import re
import shutil
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db.models import Choices
from django.utils.functional import Promise

from common.errors import DomainError
from moderation.script_words import SAID
from reviews.rules.webhooks import DISABLE_AFTER
from reviews.services.webhooks.outcomes import NOBODY_ANSWERS
from tests.architecture.catalogue import (
    PACKAGES,
    Entry,
    as_compiled,
    languages,
    mo_of,
    modules,
    po_of,
    said_by_the_code,
)
from tests.architecture.doors import ROOT
from tests.architecture.words import unmarked

# Words of templates that are the same in every language: the product's name, formats, and names that scripts read.
SAME_EVERYWHERE = {
    "Caseload": "the product's name",
    "· Caseload": "the product's name",
    "CSV": "a format",
    "total": "a word of the API",
    "ar, en": "tags of languages",
    "Europe/Berlin": "the name of a time zone",
    "@ · on-case": "a handle, and a class",
}
# Modules whose refusals only programs and operators hear: the API and the shell speak English.
HEARD_BY_PROGRAMS = (
    *("accounts/services/", "common/", "moderation/", "staff/api/", "reviews/api/", "insights/api/", "takedowns/"),
    *("staff/selectors/clients.py", "staff/services/answers.py", "staff/services/call_limits.py"),
    *("staff/services/clients.py", "reviews/services/gathering.py", "reviews/services/importing.py"),
    *("reviews/services/intake.py", "reviews/services/sent.py", "reviews/services/withdrawals.py"),
    *("reviews/selectors/flags.py", "insights/services/publishing.py"),
)
LANGUAGES = [code for code, _name in django_settings.LANGUAGES if code != "en"]
FORMS = {"ar": 6}  # how many plural forms a language has
_GAP = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%%")
_WORDS = re.compile(r"[a-z]{2}")
_REMARK = re.compile(r"/\*.*?\*/|^\s*//.*?$|\s// .*?$", re.DOTALL | re.MULTILINE)
_SAID = re.compile(r'\btr\("((?:[^"\\]|\\.)*)"')
_SENTENCE = re.compile(r"[\"'`]([A-Z][a-z]+ [a-z](?:[^\"'`\\$]|\\.)*)[\"'`]")


# ── what is said is marked ───────────────────────────────────────────────────────────────────────────────
def test_no_template_says_anything_unmarked() -> None:
    said = {
        f"{file.relative_to(ROOT)}: {words}"
        for file in ROOT.glob("templates/**/*.html")
        for words in unmarked(file.read_text())
        if words not in SAME_EVERYWHERE
    }
    assert said == set()


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Unmarked words</p>", ["Unmarked words"]),
        ('<a title="Unmarked">{{ name }}</a>', ["Unmarked"]),
        ('<a data-hint="Unmarked">{{ name }}</a>', ["Unmarked"]),
        ('{{ name|default:"nobody" }}', ["nobody"]),
        ('<p>{% translate "Marked" %} <kbd>Enter</kbd> {# a comment #}</p>', []),
        ("<p>{% blocktranslate %}Marked{% endblocktranslate %} · –</p>", []),
    ],
)
def test_words_that_are_not_marked_are_found(template: str, found: list[str]) -> None:
    assert unmarked(template) == found


def test_every_choices_label_is_marked() -> None:
    kinds = [kind for kind in _below(Choices) if kind.__module__.partition(".")[0] in PACKAGES]
    assert len(kinds) > 30
    assert [
        f"{kind.__name__}.{one.name}" for kind in kinds for one in kind if not isinstance(one._label_, Promise)
    ] == []


def test_every_refusal_that_a_page_can_show_is_marked() -> None:
    names = {kind.__name__ for kind in [DomainError, *_below(DomainError)]} - {"DefinitionChanged"}
    wrong = [
        f"{path}:{call.lineno}"
        for file in modules()
        if not (path := str(file.relative_to(ROOT))).startswith(HEARD_BY_PROGRAMS) and "/management/" not in path
        for call in ast.walk(ast.parse(file.read_text()))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in names and _is_bare(call)
    ]
    assert wrong == []


def _is_bare(call: ast.Call) -> bool:
    """Whether a refusal's sentence, or a field's, is a literal; one that only names the field before another is not."""
    fields = next((word.value for word in call.keywords if word.arg == "fields"), None)
    texts = [*call.args[:1], *(fields.values if isinstance(fields, ast.Dict) else [])]
    return any(_WORDS.search(re.sub(r"^\w+: $", "", part)) for text in texts for part in _literals(text))


def _literals(text: ast.expr) -> list[str]:
    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
    return [str(part.value) for part in parts if isinstance(part, ast.Constant)]


def test_what_scripts_say_is_listed() -> None:
    files = [file for file in ROOT.glob("static/js/**/*.js") if file.name != "words.js"]
    said = {text for file in files for text in _SAID.findall(file.read_text())}
    assert said == set(SAID)


def test_no_script_says_a_sentence_unmarked() -> None:
    wrong = []
    for file in ROOT.glob("static/js/**/*.js"):
        code = _SAID.sub("", _REMARK.sub("", file.read_text()))
        wrong += [f"{file.name}: {text}" for text in _SENTENCE.findall(code)]
    assert wrong == []


def test_a_text_that_names_a_number_of_the_rules_has_the_right_one() -> None:
    assert f"{DISABLE_AFTER.days} days" in NOBODY_ANSWERS


def _below(kind: type) -> list[type]:
    return [found for child in kind.__subclasses__() for found in (child, *_below(child))]


# ── every language has all of it ─────────────────────────────────────────────────────────────────────────
def test_the_languages_offered_are_those_there_are_files_for() -> None:
    assert languages() == sorted(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_text_of_the_code_and_no_other(language: str) -> None:
    """When this fails: `python3 manage.py messages`, then translate what is empty (docs/translating.md)."""
    said, known = said_by_the_code(), {(entry.context, entry.singular) for entry in po_of(language)[1:]}
    assert (sorted(said - known), sorted(known - said)) == ([], [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    entries = po_of(language)[1:]
    assert [entry.singular for entry in entries if "fuzzy" in entry.flags or not all(entry.texts.values())] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_form_is_there(language: str) -> None:
    plurals = [entry for entry in po_of(language)[1:] if entry.plural]
    assert len(plurals) > 10
    assert {entry.singular for entry in plurals if sorted(entry.texts) != list(range(FORMS[language]))} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_gaps_and_tags_of_its_text(language: str) -> None:
    assert [entry.singular for entry in po_of(language)[1:] if not _agrees(entry)] == []


def _agrees(entry: Entry) -> bool:
    """A form of the plural may leave the number out, as "two" does."""
    gaps, tags = set(_GAP.findall(entry.singular)), sorted(re.findall(r"<[^>]+>", entry.singular))
    counted = gaps | set(_GAP.findall(entry.plural))
    for text in entry.texts.values():
        found = set(_GAP.findall(text))
        if not (found <= counted if entry.plural else found == gaps) or sorted(re.findall(r"<[^>]+>", text)) != tags:
            return False
    return True


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_stands_in_the_file(language: str) -> None:
    """When this fails: `python3 manage.py messages`."""
    made, entries = mo_of(language), po_of(language)
    assert made.pop("") == entries[0].texts[0]
    assert made == as_compiled(entries[1:])


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="GNU gettext's tools are not here")
def test_the_command_has_nothing_to_add(tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PACKAGES, "templates", "locale"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    call_command("messages")
    for language in languages():
        for kind in ("po", "mo"):
            file = f"locale/{language}/LC_MESSAGES/django.{kind}"
            assert (tmp_path / file).read_bytes() == (ROOT / file).read_bytes()
