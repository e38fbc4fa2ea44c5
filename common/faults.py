"""Why a body is refused: every fault of it at once, each by the path of its field, where the parser stops at the first.

Only what was refused comes here, so it may cost more than reading a good body does.
"""

import json
import re
from collections.abc import Iterator
from itertools import islice
from math import isinf
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

from common import limits
from common.errors import Invalid

NO_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_TOO_DEEP = f"nested more than {limits.NESTING} deep"
_NAME_SHOWN, _TEXT_SHOWN = 200, 400  # characters
_SURROGATE = re.compile("[\ud800-\udfff]")
_BROKEN_BYTE = re.compile("[\udc80-\udcff]")


class _NotANumber(str):
    """A word that Python's parser lets stand for a number and JSON doesn't, or a number that no field can hold."""


def _number(text: str) -> float | _NotANumber:
    return _NotANumber(text[:_TEXT_SHOWN]) if len(text) > _TEXT_SHOWN or isinf(float(text)) else float(text)


def unfit(raw: bytes, shape: Any, error: msgspec.ValidationError) -> Invalid:
    """The refusal of JSON that isn't of `shape`; `error` is the parser's."""
    try:
        value = msgspec.json.decode(raw)
    except NO_JSON as broken:
        return not_json(broken, raw)
    if path := _too_deep(value):
        return _deep(path)
    found = _faults(value, shape, "") if _struct_in(shape) else iter(())
    faults = dict(islice(found, limits.FAULTS))
    if not faults:
        return invalid_from(error)
    return Invalid(" ".join(f"{path}: {text}." for path, text in faults.items()), fields=faults)


def not_json(error: Exception, raw: bytes = b"") -> Invalid:
    """The refusal of what is no JSON: names the fields that hold what JSON can't, else where the parser stopped."""
    if isinstance(error, RecursionError):
        return _deep("")
    faults = dict(islice(_unspeakable(raw), limits.FAULTS))
    if faults:
        return Invalid(" ".join(f"{path}: {text}." for path, text in faults.items()), code="not-json", fields=faults)
    text = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else f"{error}"
    return Invalid(f"This is not valid JSON: {text}.", code="not-json", fields={"body": text})


def invalid_from(error: msgspec.ValidationError) -> Invalid:
    """msgspec's message ("Expected `str`, got `int` - at `$.account.handle`") as a problem with a field path."""
    text, path = _parted(error)
    path = path or _named_field(text)
    return Invalid(f"{path}: {text}." if path else f"{text}.", fields={path or "body": text})


def holds_nul(value: Any) -> str:
    """The path of the first text in `value` that holds U+0000; empty when none does."""
    return next((path or "body" for path, text in _texts(value, "") if "\0" in text), "")


# ── what JSON can't say, found with a parser that lets it through ────────────────────────────────────────
def _unspeakable(raw: bytes) -> Iterator[tuple[str, str]]:
    try:
        value = json.loads(
            raw.decode("utf-8", "surrogateescape"), parse_constant=_NotANumber, parse_float=_number, parse_int=_number
        )
    except (ValueError, RecursionError):
        return
    for path, text in _texts(value, ""):
        if isinstance(text, _NotANumber):
            yield path or "body", f"{text} is no number that can be stored; leave the field out or send null"
        elif _BROKEN_BYTE.search(text) and not _said_escaped(raw):
            yield path or "body", "is not UTF-8"
        elif _SURROGATE.search(text):
            yield path or "body", "holds half of a surrogate pair, which is no character; send whole characters"


def _said_escaped(raw: bytes) -> bool:
    return re.search(rb"\\u[dD][89a-fA-F]", raw) is not None


def _texts(value: Any, path: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Every text in `value` with its path; a key that holds something odd is a text of the object it stands in.
    What lies deeper than the bound is left: it is refused for that."""
    if isinstance(value, str):
        yield path, value
    elif depth > limits.NESTING:
        return
    elif isinstance(value, dict):
        for name, part in value.items():
            if "\0" in name or _SURROGATE.search(name):
                yield path, name
            else:
                yield from _texts(part, _dotted(path, name), depth + 1)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _texts(part, f"{path}[{index}]", depth + 1)


def _deep(path: str) -> Invalid:
    place = path or "body"
    return Invalid(f"{place}: {_TOO_DEEP}. Send it flatter.", code="too-deep", fields={place: _TOO_DEEP})


def _too_deep(value: Any, path: str = "", depth: int = 0) -> str:
    """The path of the first value that lies deeper than the bound; empty when none does."""
    if not isinstance(value, (dict, list)):
        return ""
    if depth == limits.NESTING:
        return path
    parts = (
        ((_dotted(path, name), part) for name, part in value.items())
        if isinstance(value, dict)
        else ((f"{path}[{index}]", part) for index, part in enumerate(value))
    )
    return next((found for place, part in parts if (found := _too_deep(part, place, depth + 1))), "")


# ── every fault at once ──────────────────────────────────────────────────────────────────────────────────
def _faults(value: Any, shape: Any, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        yield path or "body", "Expected an object"
        return
    known = {field.encode_name: field for field in msgspec.structs.fields(shape)}
    for name in value:
        if name not in known:
            yield _dotted(path, name), "Unknown field"
    for name, field in known.items():
        if name in value:
            yield from _fault(value[name], field.type, _dotted(path, name))
        elif field.required:
            yield _dotted(path, name), "Needed, and missing"


def _fault(value: Any, form: Any, path: str) -> Iterator[tuple[str, str]]:
    try:
        msgspec.convert(value, form)
    except msgspec.ValidationError as error:
        found: Iterator[tuple[str, str]] = iter(())
        if isinstance(value, dict) and (shape := _struct_in(form)):
            found = _faults(value, shape, path)
        elif isinstance(value, list) and (part := _part_of(form)):
            found = (fault for i, each in enumerate(value) for fault in _fault(each, part, f"{path}[{i}]"))
        first = next(found, None)
        if first is not None:
            yield first
            yield from found
            return
        text, where = _parted(error)
        yield path + where if where.startswith("[") else _dotted(path, where), text


def _struct_in(form: Any) -> Any:
    """The Struct that `form` is, perhaps annotated or nullable; None when it is something else."""
    if isinstance(form, type) and issubclass(form, msgspec.Struct):
        return form
    parts = get_args(form) if get_origin(form) in (Annotated, Union, UnionType) else ()
    return next((found for part in parts if (found := _struct_in(part))), None)


def _part_of(form: Any) -> Any:
    """What the elements of `form` are, when it is a list or a tuple of any length; None when it is something else."""
    origin, parts = get_origin(form), get_args(form)
    if origin in (list, tuple):
        return parts[0]
    if origin in (Annotated, Union, UnionType):
        return next((found for part in parts if (found := _part_of(part))), None)
    return None


def _named_field(text: str) -> str:
    """The field named in "Object contains unknown field `x`" or "Object missing required field `x`"."""
    return text.split("`")[1][:_NAME_SHOWN] if "field `" in text else ""


def _parted(error: msgspec.ValidationError) -> tuple[str, str]:
    text, _, where = str(error).partition(" - at `")
    return text[:_TEXT_SHOWN], where.rstrip("`").removeprefix("$").lstrip(".")


def _dotted(path: str, name: str) -> str:
    return ".".join(part for part in (path, name[:_NAME_SHOWN]) if part)
