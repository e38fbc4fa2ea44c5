"""Mentions: whom a note names. Pure."""

import re
from collections.abc import Iterable
from uuid import UUID


def named_in(text: str, names: Iterable[tuple[str, UUID]]) -> set[UUID]:
    """The people whom `text` names with an @ before one of their names, in any case: "@Reviewer 7", "@moderator2"."""
    folded = text.casefold()
    return {person for name, person in names if re.search(rf"(?<!\w)@{re.escape(name.casefold())}(?!\w)", folded)}
