"""Texts as they are stored."""

import unicodedata


def composed(text: str) -> str:
    """The text in composed form (NFC): the same words compare equal however they were typed."""
    return unicodedata.normalize("NFC", text)


def storable(text: str) -> str:
    """The text in composed form without what PostgreSQL can't hold: NUL, and halves of surrogate pairs."""
    return composed(text.replace("\0", "").encode("utf-8", "replace").decode())
