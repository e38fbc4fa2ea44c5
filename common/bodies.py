"""What comes in: a call's bytes, read with a bound, and JSON as typed shapes, each fault named by its field."""

from collections.abc import Hashable
from functools import cache
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin

import msgspec
from django.http import UnreadablePostError
from rest_framework.request import Request

from common.errors import Invalid, TooLarge

Shape = TypeVar("Shape")
MAX_BODY_BYTES = 1_000_000
_NUL_ESCAPE = b"\\u0000"
_NO_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def read_body(request: Request, shape: type[Shape], *, max_bytes: int = MAX_BODY_BYTES) -> Shape:
    """The request's JSON body as `shape` (a Struct that forbids unknown fields); an empty body is an empty object.

    Raises TooLarge above `max_bytes`, Invalid with each field's path when the body does not fit.
    """
    return decode(read_bytes(request, max_bytes=max_bytes) or b"{}", shape)


def read_bytes(request: Request, *, max_bytes: int) -> bytes:
    """The request's body, sent whole or in chunks; no more than `max_bytes` are read. Raises TooLarge, Invalid."""
    environ: dict[str, Any] = request.META
    if int(environ.get("CONTENT_LENGTH") or 0) > max_bytes:
        raise _too_large(max_bytes)
    # Django reads nothing where no length is told; the server says so when it ends a chunked body by itself
    chunked = environ.get("wsgi.input_terminated") and not environ.get("CONTENT_LENGTH")
    stream: Any = environ["wsgi.input"] if chunked else request.stream
    try:
        body: bytes = stream.read(max_bytes + 1) if stream is not None else b""
    except UnreadablePostError:
        raise Invalid("The body ended before its announced length.", code="cut-short") from None
    if len(body) > max_bytes:
        raise _too_large(max_bytes)
    return body


def _too_large(max_bytes: int) -> TooLarge:
    return TooLarge(f"At most {max_bytes:,} bytes are taken in one call. Send it in parts.")


def decode(data: bytes | msgspec.Raw, shape: type[Shape]) -> Shape:
    """`data` (UTF-8 JSON) as `shape`. Raises Invalid naming every field that is missing, unknown or of the wrong form,
    or that holds U+0000, which PostgreSQL cannot store."""
    raw = bytes(data)
    try:
        if _NUL_ESCAPE in raw and (path := _holds_nul(msgspec.json.decode(raw), "")):
            raise Invalid(f"{path}: holds the character U+0000.", fields={path: "holds the character U+0000"})
        return cast(Shape, _decoder(cast(Hashable, shape)).decode(raw))
    except msgspec.ValidationError as error:
        raise _unfit(raw, shape, error) from None
    except _NO_JSON as error:
        raise not_json(error) from None


def split_records(data: bytes) -> list[bytes | msgspec.Raw]:
    """The records of a JSON array or of NDJSON (empty lines are no records), undecoded, in order.

    Raises Invalid when what looks like an array is not one.
    """
    if data.lstrip()[:1] != b"[":
        return [line for line in data.split(b"\n") if line.strip()]
    try:
        return list(msgspec.json.decode(data, type=list[msgspec.Raw]))
    except _NO_JSON as error:
        raise not_json(error) from None


def not_json(error: Exception) -> Invalid:
    """The refusal of what is no JSON."""
    return Invalid(f"This is not valid JSON: {error}.", code="not-json")


def invalid_from(error: msgspec.ValidationError) -> Invalid:
    """msgspec's message ("Expected `str`, got `int` - at `$.account.handle`") as a problem with a field path."""
    text, path = _parted(error)
    path = path or _named_field(text)
    return Invalid(f"{path}: {text}." if path else f"{text}.", fields={path or "body": text})


def _named_field(text: str) -> str:
    """The field named in "Object contains unknown field `x`" or "Object missing required field `x`"."""
    return text.split("`")[1] if "field `" in text else ""


def _parted(error: msgspec.ValidationError) -> tuple[str, str]:
    text, _, where = str(error).partition(" - at `")
    return text, where.rstrip("`").removeprefix("$").lstrip(".")


@cache
def _decoder(shape: Hashable) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(cast(Any, shape))


def _holds_nul(value: Any, path: str) -> str:
    """The path of the first text in `value` that holds U+0000; empty when none does."""
    if isinstance(value, str):
        return path or "body" if "\0" in value else ""
    if isinstance(value, dict):
        return next((found for name, part in value.items() if (found := _holds_nul(part, _dotted(path, name)))), "")
    if isinstance(value, list):
        return next((found for i, part in enumerate(value) if (found := _holds_nul(part, f"{path}[{i}]"))), "")
    return ""


# ── every fault at once, where msgspec stops at the first ────────────────────────────────────────────────
def _unfit(data: bytes, shape: Any, error: msgspec.ValidationError) -> Invalid:
    try:
        faults = _faults(msgspec.json.decode(data), shape, "") if _struct_in(shape) else {}
    except _NO_JSON as broken:
        return not_json(broken)
    if not faults:
        return invalid_from(error)
    return Invalid(" ".join(f"{path}: {text}." for path, text in faults.items()), fields=faults)


def _faults(value: Any, shape: Any, path: str) -> dict[str, str]:
    if not isinstance(value, dict):
        return {path or "body": "Expected an object"}
    known = {field.encode_name: field for field in msgspec.structs.fields(shape)}
    faults = {_dotted(path, name): "Unknown field" for name in value if name not in known}
    for name, field in known.items():
        if name in value:
            faults |= _fault(value[name], field.type, _dotted(path, name))
        elif field.required:
            faults[_dotted(path, name)] = "Needed, and missing"
    return faults


def _fault(value: Any, form: Any, path: str) -> dict[str, str]:
    try:
        msgspec.convert(value, form)
    except msgspec.ValidationError as error:
        if (shape := _struct_in(form)) and isinstance(value, dict):
            return _faults(value, shape, path)
        text, where = _parted(error)
        return {path + where if where.startswith("[") else _dotted(path, where): text}
    return {}


def _struct_in(form: Any) -> Any:
    """The Struct that `form` is, perhaps annotated or nullable; None when it is something else."""
    if isinstance(form, type) and issubclass(form, msgspec.Struct):
        return form
    parts = get_args(form) if get_origin(form) in (Annotated, Union, UnionType) else ()
    return next((found for part in parts if (found := _struct_in(part))), None)


def _dotted(path: str, name: str) -> str:
    return ".".join(part for part in (path, name) if part)
