"""Likeness: what makes two texts, handles or links count as the same. Pure; nothing here says that it means anything.

A fingerprint is 64 bits of BLAKE2b, as a signed number for PostgreSQL's bigint; 0 means that there is none. Two of a
million different texts share one by chance with a probability of 3 in 10 millions.
"""

import re
import unicodedata
from hashlib import blake2b
from typing import Final

NONE: Final = 0
LEAST_LETTERS = 12  # shorter texts ("good morning") are the same by chance
LEAST_STEM = 4
WRAPPERS = frozenset({"t.co", "lnkd.in", "fb.me"})  # put around every link by their platforms: shared by everybody

_DROPPED = re.compile(r"https?://\S+|www\.\S+|@\w+|\W|_|ـ")
_REPOST = re.compile(r"^\s*rt\s+@\w+:?\s*", re.IGNORECASE)
_HOST = re.compile(r"https?://(?:[^\s/@]*@)?(?:www\.)?([\w.-]+)", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_FIRST_WORD = re.compile(r"([A-Z][a-z]+)[A-Z]")


def letters_of(text: str) -> str:
    """The text's letters and digits alone, folded: without links, mentions, a repost's head, marks, spaces and case."""
    return _DROPPED.sub("", _REPOST.sub("", unicodedata.normalize("NFKC", text)).casefold())


def text_key(text: str) -> int:
    """The text's fingerprint: equal for texts that are the same but for links, mentions, case, marks and spaces."""
    letters = letters_of(text)
    return _key(letters) if len(letters) >= LEAST_LETTERS else NONE


def handle_pattern(handle: str) -> str:
    """How the handle is made: "maria#" for a name with a number, "Daily…" for two words written as DailyNews.

    "" for a handle that shows no pattern.
    """
    shape = _DIGITS.sub("#", handle.casefold().replace("_", "").replace("-", "").replace(".", ""))
    if "#" in shape:
        return shape if len(shape.replace("#", "")) >= LEAST_STEM else ""
    first = _FIRST_WORD.match(handle)
    return f"{first[1]}…" if first and len(first[1]) >= LEAST_STEM else ""


def handle_key(handle: str) -> int:
    """The fingerprint of the handle's pattern."""
    pattern = handle_pattern(handle)
    return _key(pattern.casefold()) if pattern else NONE


def hosts_in(text: str) -> set[str]:
    """The hosts that the text links to, without those that a platform puts around every link."""
    if "://" not in text:
        return set()
    found = {match.casefold().strip(".-")[:200] for match in _HOST.findall(text)}
    return {host for host in found if "." in host} - WRAPPERS


def _key(words: str) -> int:
    return int.from_bytes(blake2b(words.encode(), digest_size=8).digest(), signed=True) or 1
