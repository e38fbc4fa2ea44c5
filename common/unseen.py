"""Characters that a page would hide, or that would turn its words around: found in evidence and named. Pure.

Evidence is stored as it was sent. A right-to-left override or a zero-width space in it says much about who wrote it,
and must neither act on the page nor go unseen. Left alone: line ends, tabs, the joiners that Persian and emoji need,
and the three marks that Arabic and Hebrew keyboards type (LRM, RLM, ALM).
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_HIDDEN: Final = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 without tab and line feed, DEL, C1
    "\xad\u180e\u200b\u2060-\u2064\ufeff"  # soft hyphen, zero-width and word-joining characters
    "\u2028\u2029"  # line and paragraph separator
    "\u202a-\u202e\u2066-\u206f"  # directional embeddings, overrides and isolates
    "\ufff9-\ufffb"  # interlinear annotation
    "\U000e0000-\U000e007f"  # tags
    "]"
)
_CONTROLS: Final = {"\r": "carriage return", "\x1b": "escape", "\x08": "backspace", "\x07": "bell"}


def parts(text: str) -> Iterator[tuple[str, bool]]:
    """`text` in order, in pieces: (piece, False) for what is shown as it is, (character, True) for a hidden one.

    A line end sent as CR LF is a line end, not a hidden character.
    """
    text = text.replace("\r\n", "\n")
    start = 0
    for found in _HIDDEN.finditer(text):
        if found.start() > start:
            yield text[start : found.start()], False
        yield found.group(), True
        start = found.end()
    if start < len(text):
        yield text[start:], False


def code(character: str) -> str:
    """How a character is written where it can't be shown: "U+202E"."""
    return f"U+{ord(character):04X}"


def name(character: str) -> str:
    """The character's name in words: "right-to-left override"."""
    return _CONTROLS.get(character) or unicodedata.name(character, "control character").lower()


def spelled(text: str) -> str:
    """`text` with each hidden character as its code in angle brackets, for titles and attributes."""
    return "".join(f"⟨{code(piece)}⟩" if hidden else piece for piece, hidden in parts(text))
