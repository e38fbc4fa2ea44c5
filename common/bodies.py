"""What comes in: a call's bytes, read and unpacked within a bound, and JSON as typed shapes.

Of two members of an object with the same name the last one counts; `docs/limits.md` tells what else holds.
"""

import json
from collections.abc import Hashable
from functools import cache
from typing import Any, TypeVar, cast

import msgspec
from rest_framework.request import Request

from common import encodings, limits
from common.errors import Invalid, TooLarge, UnsupportedMedia
from common.faults import NO_JSON, holds_nul, invalid_from, not_json, unfit

__all__ = ["decode", "invalid_from", "read_body", "read_bytes", "split_records"]

Shape = TypeVar("Shape")
LINES_TYPES = ("application/x-ndjson", "application/ndjson", "application/jsonl")
MEDIA_TYPES = ("application/json", *LINES_TYPES)
_NUL_ESCAPE = b"\\u0000"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MANY_COMMAS = 1_000_000  # in an array: then its elements are counted before they are kept
_SPACE = " \t\r\n"


def read_body(request: Request, shape: type[Shape], *, max_bytes: int = limits.BODY_BYTES) -> Shape:
    """The request's JSON body as `shape` (a Struct that forbids unknown fields); an empty body is an empty object.

    Raises TooLarge above `max_bytes`, Invalid with each field's path when the body does not fit, and what `read_bytes`
    does.
    """
    return decode(read_bytes(request, max_bytes=max_bytes) or b"{}", shape, max_bytes=max_bytes)


def read_bytes(request: Request, *, max_bytes: int) -> bytes:
    """The request's body, sent whole or in chunks, unpacked; once read it is kept for whoever asks again.

    Raises TooLarge above `max_bytes`, packed or unpacked; UnsupportedMedia for a body that isn't said to be JSON, or
    is packed in a way we don't know; Invalid where it is broken.
    """
    kept: bytes | None = getattr(request, "kept_body", None)
    if kept is None:
        kept = _read(request, max_bytes)
        request.kept_body = kept  # type: ignore[attr-defined]
    if len(kept) > max_bytes:
        raise encodings.too_large(max_bytes)
    return kept


def _read(request: Request, max_bytes: int) -> bytes:
    environ: dict[str, Any] = request.META
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length > max_bytes:
        raise encodings.too_large(max_bytes)
    # Django reads nothing where no length is told; the server says so when it ends a chunked body by itself
    chunked = environ.get("wsgi.input_terminated") and not environ.get("CONTENT_LENGTH")
    stream: Any = environ["wsgi.input"] if chunked else request.stream
    coding = environ.get("HTTP_CONTENT_ENCODING", "")
    body = encodings.decoded(_Announced(stream, length), coding, max_bytes=max_bytes) if stream is not None else b""
    if body:
        _check_media_type(environ.get("CONTENT_TYPE", ""))
    if body.startswith(_BYTE_ORDER_MARK):
        text = "starts with a byte order mark; send UTF-8 without one"
        raise Invalid(f"The body {text}.", code="not-json", fields={"body": text})
    return body


class _Announced:
    """The body as it comes in, whole or not at all: a sender that is cut off in the middle is refused. Half of a body
    that was stored would be stored again when it is sent again, whole."""

    def __init__(self, stream: encodings.Stream, length: int) -> None:
        """Takes the announced length; 0 when none is told, since chunks end by themselves."""
        self._stream, self._left = stream, length

    def read(self, size: int, /) -> bytes:
        try:
            data = self._stream.read(size)
        except Exception:  # a sender that went away, and each server's own words for a chunk that is none
            raise _cut_short() from None
        self._left -= len(data)
        if len(data) < size and self._left > 0:
            raise _cut_short()
        return data


def _cut_short() -> Invalid:
    return Invalid("The body ended before its announced length. Send it again, whole.", code="cut-short")


def _check_media_type(said: str) -> None:
    """Raises UnsupportedMedia unless the body is JSON or NDJSON in UTF-8, or nothing is said of it."""
    media_type, parameters = _media_type(said), [part.strip().lower() for part in said.split(";")[1:]]
    charset = next((part.removeprefix("charset=").strip('"') for part in parameters if "charset=" in part), "utf-8")
    if (media_type and media_type not in MEDIA_TYPES) or charset not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMedia(
            f"Content-Type: {said[:100]!r} is not taken. Send application/json, or application/x-ndjson in bulk, in"
            " UTF-8.",
            headers={"Accept": "application/json, application/x-ndjson"},
        )


def _media_type(said: str) -> str:
    return said.partition(";")[0].strip().lower()


def decode(data: bytes | msgspec.Raw, shape: type[Shape], *, max_bytes: int = limits.RECORD_BYTES) -> Shape:
    """`data` (UTF-8 JSON) as `shape`. Raises Invalid naming every field that is missing, unknown or of the wrong form,
    or that holds what PostgreSQL cannot store (U+0000); TooLarge for more than `max_bytes`, one record's unless told.
    """
    raw = bytes(data)
    if len(raw) > max_bytes:
        raise TooLarge(f"One record may have {max_bytes:,} bytes; this one has {len(raw):,}.")
    try:
        if _NUL_ESCAPE in raw and (path := holds_nul(msgspec.json.decode(raw))):
            raise Invalid(f"{path}: holds the character U+0000.", fields={path: "holds the character U+0000"})
        return cast(Shape, _decoder(cast(Hashable, shape)).decode(raw))
    except msgspec.ValidationError as error:
        raise unfit(raw, shape, error) from None
    except NO_JSON as error:
        raise not_json(error, raw) from None


def split_records(request: Request, *, max_bytes: int) -> list[bytes | msgspec.Raw]:
    """The records of the request's body, a JSON array or NDJSON (empty lines are no records), undecoded, in order.

    What starts like an array is one; but where the body is said to be NDJSON and isn't one as a whole, that is a line
    like any other, and sinks no line after it. Raises Invalid for a broken array, TooLarge for more records or lines
    than a call may hold, and what `read_bytes` does.
    """
    data = read_bytes(request, max_bytes=max_bytes)
    if data.lstrip()[:1] != b"[":
        records = _lines(data)
    else:
        _check_elements(data)
        try:
            records = list(msgspec.json.decode(data, type=list[msgspec.Raw]))
        except NO_JSON as error:
            if _media_type(request.META.get("CONTENT_TYPE", "")) not in LINES_TYPES:
                raise not_json(error, data if len(data) <= limits.RECORD_BYTES else b"") from None
            records = _lines(data)
    if len(records) > limits.RECORDS:
        raise _too_many(f"{len(records):,}")
    return records


def _lines(data: bytes) -> list[bytes | msgspec.Raw]:
    if data.count(b"\n") > limits.LINES:
        raise TooLarge(f"At most {limits.LINES:,} lines are taken in one call. Send them in parts.")
    return [line for line in data.split(b"\n") if line.strip()]


def _check_elements(data: bytes) -> None:
    """Raises TooLarge when the array holds more records than a call may. Millions of tiny elements would cost
    gigabytes once they are kept, so they are walked one by one."""
    if data.count(b",") < _MANY_COMMAS:
        return
    text, scan = data.decode("utf-8", "replace"), json.JSONDecoder().raw_decode
    place = text.index("[") + 1
    try:
        for _ in range(limits.RECORDS):
            place = _after_space(text, scan(text, _after_space(text, place))[1])
            if text[place : place + 1] != ",":
                return  # the end of the array, or a fault that the parser will name
            place += 1
    except (ValueError, RecursionError):
        return
    raise _too_many(f"more than {limits.RECORDS:,}")


def _after_space(text: str, place: int) -> int:
    while text[place : place + 1] and text[place] in _SPACE:
        place += 1
    return place


def _too_many(count: str) -> TooLarge:
    return TooLarge(f"At most {limits.RECORDS:,} records fit into one call; this one holds {count}. Send it in parts.")


@cache
def _decoder(shape: Hashable) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(cast(Any, shape))
