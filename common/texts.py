"""Texts as they are stored."""

import unicodedata


def composed(text: str) -> str:
    """The text in composed form (NFC): the same words compare equal however they were typed."""
    return unicodedata.normalize("NFC", text)
