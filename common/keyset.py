"""Keyset paging: a place in an ordered list, by the last row's value and id, whichever column it is ordered by.

Any page costs what the first one does, also the last: an index is entered at the place and read on from there. Ties are
told apart by id. `common.paging` is the plainer kind, for lists that are ordered by id alone.
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import msgspec
from django.db.models import BooleanField, F, Func, Value
from django.db.models.lookups import GreaterThan, LessThan
from django.utils.translation import gettext as _

from common.errors import Invalid

Key = datetime | int | float
_KINDS: Final[dict[type, str]] = {datetime: "t", int: "i", float: "f"}
_READ: Final[dict[str, Callable[[str], Key]]] = {"t": datetime.fromisoformat, "i": int, "f": float}
_LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: behind (`is_back`: before) the row with this value and id; without one, at the list's end.

    `number` is how many rows lie before the page, where that is known: it is shown, and nothing goes by it.
    """

    is_back: bool
    key: Key | None = None
    pk: UUID | None = None
    number: int | None = None

    def encoded(self) -> str:
        """As an address holds it."""
        said = ["b" if self.is_back else "f", *self._row(), -1 if self.number is None else self.number]
        return base64.urlsafe_b64encode(msgspec.json.encode(said)).rstrip(b"=").decode()

    def _row(self) -> list[str]:
        if self.key is None or self.pk is None:
            return ["", "", ""]
        kind = _KINDS[type(self.key)]
        return [kind, self.key.isoformat() if isinstance(self.key, datetime) else repr(self.key), self.pk.hex]


LAST: Final = Place(is_back=True)


def decoded(text: str, *, kind: type) -> Place:
    """The place that `Place.encoded` wrote, in a list ordered by values of `kind`.

    Raises Invalid for anything else, so also for a place in a list of another order.
    """
    try:
        if len(text) > _LONGEST:
            raise ValueError(text)
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        way, of, key, pk, number = msgspec.json.decode(raw, type=tuple[str, str, str, str, int])
        if way not in ("b", "f") or of not in (_KINDS[kind], ""):
            raise ValueError(text)
        place = Place(way == "b", number=number if number >= 0 else None)
        return replace(place, key=_key(of, key), pk=UUID(pk)) if of else place
    except (ValueError, OverflowError, binascii.Error, msgspec.MsgspecError, UnicodeError):
        raise Invalid(
            _("cursor: give the cursor of a former page of the same order."), fields={"cursor": text}
        ) from None


def _key(kind: str, text: str) -> Key:
    found = _READ[kind](text)
    if isinstance(found, datetime):
        return found.astimezone(UTC)
    if isinstance(found, int) and not -(2**63) <= found < 2**63:
        raise ValueError(text)
    return found


def beyond(column: str, place: Place, *, is_descending: bool) -> LessThan | GreaterThan:
    """The condition on rows that come behind the place, read in the place's own direction: one comparison of rows, as
    an index on (column, id) serves it."""
    compare = LessThan if is_descending != place.is_back else GreaterThan
    return compare(_pair(F(column), F("pk")), _pair(Value(place.key), Value(place.pk)))


def _pair(*parts: F | Value) -> Func:
    return Func(*parts, function="ROW", output_field=BooleanField())
