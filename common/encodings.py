"""Content codings of a call's body: gzip and zstd, unpacked as they are read, within a bound. Nothing is ever unpacked
further than one byte past the bound, so a small body that would unpack to gigabytes costs what the bound costs.

Several gzip members or zstd frames in a row are one body (RFC 1952, RFC 8878); anything else after the end is refused.
"""

import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

from common import limits
from common.errors import Invalid, TooLarge, UnsupportedMedia

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_BLOCK_BYTES = 65_536
_BROKEN = (zlib.error, zstd.ZstdError)


class Stream(Protocol):
    """Where the bytes come from."""

    def read(self, size: int, /) -> bytes: ...


class _Member(Protocol):
    """One gzip member or zstd frame being unpacked."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def unpack(self, data: bytes, most: int) -> bytes: ...
    @property
    def has_more(self) -> bool: ...


class _Gzip:
    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    def unpack(self, data: bytes, most: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, most)

    @property
    def has_more(self) -> bool:
        return bool(self._inner.unconsumed_tail)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data


class _Zstd:
    def __init__(self) -> None:
        options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: limits.WINDOW_LOG}
        self._inner = zstd.ZstdDecompressor(options=options)

    def unpack(self, data: bytes, most: int) -> bytes:
        return self._inner.decompress(data, most)

    @property
    def has_more(self) -> bool:
        return not self._inner.needs_input and not self._inner.eof

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data


_MEMBERS: dict[str, Callable[[], _Member]] = {"gzip": _Gzip, "x-gzip": _Gzip, "zstd": _Zstd}
ACCEPTED = "gzip, zstd"


def decoded(stream: Stream, coding: str, *, max_bytes: int) -> bytes:
    """All of `stream`, unpacked from `coding` (the value of Content-Encoding, "" for none).

    Raises UnsupportedMedia for another coding, TooLarge above `max_bytes` packed or unpacked, Invalid when the stream
    is broken, ends too early, or goes on after its end.
    """
    name = coding.strip().lower()
    if name in ("", "identity"):
        body = stream.read(max_bytes + 1)
        _check_size(body, max_bytes)
        return body
    if name not in _MEMBERS:
        raise UnsupportedMedia(
            f"Content-Encoding: {coding[:100]!r} is not taken. Send gzip, zstd, or the body as it is.",
            code="unsupported-encoding",
            headers={"Accept-Encoding": ACCEPTED},
        )
    try:
        return _unpacked(_blocks(stream, max_bytes), name, max_bytes)
    except _BROKEN as error:
        raise _broken(f"The body is not valid {name}: {error}. Compress it anew.") from None


def _unpacked(blocks: Iterator[bytes], name: str, max_bytes: int) -> bytes:
    unpacked = bytearray()
    member: _Member | None = None
    members = 0
    for block in blocks:
        data = block
        while data:
            if member is None:
                member, members = _MEMBERS[name](), members + 1
                if members > limits.MEMBERS:
                    raise _broken(f"The body is more than {limits.MEMBERS:,} {name} streams in a row. Make it one.")
            _unpack(member, data, unpacked, max_bytes)
            data = member.unused_data if member.eof else b""
            member = None if member.eof else member
    if member is not None:
        raise Invalid(f"The {name} body ends in the middle. Send it again, whole.", code="cut-short")
    return bytes(unpacked)


def _unpack(member: _Member, data: bytes, unpacked: bytearray, max_bytes: int) -> None:
    """Everything that `data` yields, up to one byte past the bound."""
    while True:
        unpacked += member.unpack(data, max_bytes + 1 - len(unpacked))
        _check_size(unpacked, max_bytes)
        if member.eof or not member.has_more:
            return
        data = b""


def _blocks(stream: Stream, max_bytes: int) -> Iterator[bytes]:
    read = 0
    while block := stream.read(_BLOCK_BYTES):
        read += len(block)
        if read > max_bytes:
            raise too_large(max_bytes)
        yield block


def _check_size(body: bytes | bytearray, max_bytes: int) -> None:
    if len(body) > max_bytes:
        raise too_large(max_bytes)


def too_large(max_bytes: int) -> TooLarge:
    """The refusal of a body that is larger than `max_bytes`, packed or unpacked."""
    return TooLarge(f"At most {max_bytes:,} bytes are taken in one call, also unpacked. Send it in parts.")


def _broken(text: str) -> Invalid:
    return Invalid(text, code="broken-encoding", fields={"body": text})
