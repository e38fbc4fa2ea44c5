"""Hidden characters in evidence are found, named, and nothing else is touched."""

import re

import pytest
from django.conf import settings
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from common.unseen import code, name, parts, spelled


@pytest.mark.parametrize(
    ("character", "shown", "called"),
    [
        ("\u202e", "U+202E", "right-to-left override"),
        ("\u2066", "U+2066", "left-to-right isolate"),
        ("\u200b", "U+200B", "zero width space"),
        ("\ufeff", "U+FEFF", "zero width no-break space"),
        ("\x1b", "U+001B", "escape"),
        ("\x85", "U+0085", "control character"),
        ("\r", "U+000D", "carriage return"),
        ("\U000e0041", "U+E0041", "tag latin capital letter a"),
    ],
)
def test_a_hidden_character_is_named(character: str, shown: str, called: str) -> None:
    assert list(parts(f"a{character}b")) == [("a", False), (character, True), ("b", False)]
    assert (code(character), name(character)) == (shown, called)


@pytest.mark.parametrize(
    "text",
    [
        "two\nlines\tand a tab",
        "می\u200cخواهم",  # Persian needs the non-joiner
        "👩\u200d🔬 👨🏽\u200d🚀 ❤\ufe0f",  # emoji need the joiner and the selector
        "שלום\u200f (עולם)\u200e",
        "a\r\nb",
    ],
)
def test_what_scripts_need_is_left_alone(text: str) -> None:
    assert list(parts(text)) == [(text.replace("\r\n", "\n"), False)]


@given(st.text())
def test_no_character_is_lost(text: str) -> None:
    assert "".join(piece for piece, _ in parts(text)) == text.replace("\r\n", "\n")


def test_on_a_page_the_character_stands_by_its_code_and_markup_stays_text() -> None:
    page = Template("{% load ui %}{{ text|evident }}")
    assert page.render(Context({"text": "<b>\u202egnp.exe"})) == (
        '&lt;b&gt;<span class="unseen" title="right-to-left override">U+202E</span>gnp.exe'
    )


def test_in_a_title_it_is_spelled_out() -> None:
    page = Template('{% load ui %}<i title="{{ text|spelled }}">')
    assert page.render(Context({"text": '"\u202ex'})) == '<i title="&quot;⟨U+202E⟩x">'
    assert spelled("plain") == "plain"


FROM_OUTSIDE = re.compile(
    r"\{\{ (?:[\w.]+\.)?"
    r"(?:handle|display_name|bio|external_id|authority|order_id|reporter|client_reference|error|reason)"
    r"(?:\|default:[^}|]+)? \}\}"
)
NAMED_OTHERWISE = {
    "_policy_part.html": "reasons of our own templates",
    "_toast.html": "made evident by its blocktranslate",
}


def test_every_word_from_outside_goes_through_the_filter() -> None:
    bare = [
        f"{path.name}: {found.group()}"
        for path in sorted((settings.BASE_DIR / "templates").rglob("*.html"))
        for found in FROM_OUTSIDE.finditer(path.read_text())
        if path.name not in NAMED_OTHERWISE
    ]
    assert bare == []
