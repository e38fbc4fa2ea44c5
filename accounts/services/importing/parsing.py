"""Lines become shapes. Pure."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from accounts.rules.research import Translation
from accounts.shapes import Sent
from common.bodies import decode, invalid_from
from common.errors import Invalid

Shape = TypeVar("Shape", bound=Sent)


def parse(content: bytes | dict[str, Any], shape: type[Shape], mapping: Translation | None) -> Shape:
    """One line as `shape`, its words changed by `mapping` first where one is given. Raises Invalid naming the field."""
    if isinstance(content, bytes) and mapping is None:
        return decode(content, shape)
    row = _object(content) if isinstance(content, bytes) else nested(content)
    return _converted(row if mapping is None else _mapped(row, mapping), shape, strict=isinstance(content, bytes))


def nested(cells: Mapping[Any, Any]) -> dict[str, Any]:
    """The cells of a CSV row as an object: `account.handle` is `handle` inside `account`, a cell that starts with a
    bracket is JSON, and an empty cell says nothing. Raises Invalid for a row that is longer than its header."""
    row: dict[str, Any] = {}
    for name, cell in cells.items():
        if name is None:
            raise Invalid("The line has more cells than the header has names.", code="ragged-line")
        if not cell:
            continue
        *outer, last = name.strip().split(".")
        place = row
        for part in outer:
            place = place.setdefault(part, {})
            if not isinstance(place, dict):
                raise Invalid(f"{name}: {part} stands in a column of its own, too.", fields={name: "is said twice"})
        place[last] = _object(cell.encode(), field=name) if cell[0] in "[{" and last in _JSON_CELLS else cell
    return row


_JSON_CELLS = frozenset({"languages", "attributes", "media", "posts", "legal_basis"})


def _object(content: bytes, field: str = "") -> Any:
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"{field + ': ' if field else ''}not valid JSON: {error}", code="not-json") from None


def _mapped(row: Any, mapping: Translation) -> dict[str, Any]:
    try:
        return mapping(row)
    except KeyError as error:
        raise Invalid(f"{error.args[0]}: missing, or none of the values we know.", code="unknown-row") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise Invalid(f"Not a row of this format: {error}", code="unknown-row") from None


def _converted(row: Any, shape: type[Shape], *, strict: bool) -> Shape:
    try:
        return msgspec.convert(row, shape, strict=strict)
    except msgspec.ValidationError as error:
        raise invalid_from(error) from None
