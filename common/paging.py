"""Cursor paging for API lists: stable under inserts, one index range per page, no counts."""

from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar
from uuid import UUID

import msgspec
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from common.errors import Invalid

Row = TypeVar("Row", bound=Model)
Shown = TypeVar("Shown")
DEFAULT_SIZE, MAX_SIZE = 50, 500
_MOST_DIGITS = 10  # Python reads no number of thousands of digits


class Page(msgspec.Struct, Generic[Shown]):
    """One page of a list. `next` is the cursor of the following page, null on the last one."""

    results: list[Shown]
    next: Annotated[str | None, msgspec.Meta(examples=[None])]


def page_of(
    rows: QuerySet[Row],
    present: Callable[[Sequence[Row]], list[Shown]],
    *,
    cursor: str | None,
    size: str | None,
) -> Page[Shown]:
    """A page of `rows` by descending id (UUIDv7, so newest first).

    Takes the cursor a former page gave (the last id on it) and a size from 1 to 500.
    Raises Invalid when either is malformed.
    """
    limit = page_size(size)
    if cursor:
        rows = rows.filter(pk__lt=_uuid(cursor))
    found = list(rows.order_by("-pk")[: limit + 1])
    shown = found[:limit]
    return Page(results=present(shown), next=str(shown[-1].pk) if len(found) > limit else None)


def page_of_few(
    shown: Sequence[Shown], name_of: Callable[[Shown], str], *, cursor: str | None, size: str | None
) -> Page[Shown]:
    """A page of a list so short that it is read whole each time, in its own order.

    Takes what names each one; the cursor is the name of the last on the page before.
    Raises Invalid when the cursor names nothing, or the size is malformed.
    """
    limit = page_size(size)
    names = [name_of(one) for one in shown]
    if cursor and cursor not in names:
        raise _not_a_cursor(cursor)
    start = names.index(cursor) + 1 if cursor else 0
    end = start + limit
    return Page(results=list(shown[start:end]), next=names[end - 1] if end < len(names) else None)


def page_size(text: str | None) -> int:
    """How many rows a page shall hold, as a call says it. Raises Invalid."""
    if text is None:
        return DEFAULT_SIZE
    if not text.isdecimal() or len(text) > _MOST_DIGITS or not 1 <= int(text) <= MAX_SIZE:
        raise Invalid(
            _("page_size: give a whole number from 1 to %(max_size)s.") % {"max_size": MAX_SIZE},
            fields={"page_size": text},
        )
    return int(text)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise _not_a_cursor(text) from None


def _not_a_cursor(text: str) -> Invalid:
    return Invalid(_("cursor: give the `next` of a former page."), fields={"cursor": text})
