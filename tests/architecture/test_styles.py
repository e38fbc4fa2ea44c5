"""One style sheet for both directions: nothing in it knows left from right."""

import re

import pytest

from tests.architecture.doors import ROOT

_SIDES = "left|right|top|bottom"
PHYSICAL = re.compile(
    rf"(?<![\w-])((?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:{_SIDES})[\w-]*|{_SIDES}|float|clear"
    rf"|(?:min-|max-)?(?:width|height)|border-(?:{_SIDES})-(?:left|right)-radius)\s*:|text-align:\s*(?:left|right)"
)
# Declarations that may be physical, with the reason.
ALLOWED: set[str] = set()


def physical(css: str) -> list[str]:
    """The declarations of `css` that name a side, or width and height, instead of start and end."""
    return [found.group(0) for found in PHYSICAL.finditer(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))]


def test_styles_know_start_and_end_only() -> None:
    found = {f"{file.name}: {one}" for file in ROOT.glob("static/css/*.css") for one in physical(file.read_text())}
    assert found - ALLOWED == set()


@pytest.mark.parametrize(
    ("css", "found"),
    [
        ("a { margin-left: 1px }", ["margin-left:"]),
        ("a { left: 0; }", ["left:"]),
        ("a { text-align: right }", ["text-align: right"]),
        ("a { max-width: 3rem }", ["max-width:"]),
        ("a { margin-inline-start: 1px; inset-inline: 0; border-end-start-radius: 0; line-height: 1 }", []),
        ("@media (width < 40rem) { a { vertical-align: top } }", []),
    ],
)
def test_what_names_a_side_is_found(css: str, found: list[str]) -> None:
    assert physical(css) == found
