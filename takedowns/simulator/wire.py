"""Just enough HTTP/1.1 for a platform on loopback: keep-alive, bodies with a length, connections that can be cut."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl

_MOST_BYTES: Final = 64 * 1024
_HEADERS: Final = (
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\nCache-Control: no-store\r\n"
)


@dataclass(slots=True)
class Request:
    """One request. `path` is still percent-encoded; `gone` is set when the client has gone away."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    gone: asyncio.Event


@dataclass(slots=True)
class Response:
    """One answer."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)

    def encoded(self, *, keep_alive: bool) -> bytes:
        """The bytes to send."""
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}\r\n"]
        lines.append(f"Content-Type: {self.content_type}\r\nContent-Length: {len(self.body)}\r\n")
        lines.extend(f"{name}: {value}\r\n" for name, value in self.headers.items())
        if self.content_type.startswith("text/html"):
            lines.append(_HEADERS)
        lines.append("\r\n" if keep_alive else "Connection: close\r\n\r\n")
        return "".join(lines).encode("latin-1") + self.body


def as_json(content: object, status: int = 200, **headers: str) -> Response:
    """A JSON answer. Header names with underscores for dashes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, json.dumps(content).encode(), headers=named)


Handler = Callable[[Request], Awaitable[Response | None]]


class Connection(asyncio.Protocol):
    """One client's connection: takes requests one after the other. A handler that answers None cuts it."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._buffer = b""
        self._task: asyncio.Task[None] | None = None
        self._gone = asyncio.Event()
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._gone.set()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._next()

    def _next(self) -> None:
        """Begin with the next request, when it has arrived whole and none is being answered."""
        if self._task is not None:
            return
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            if len(self._buffer) > _MOST_BYTES:
                self._transport.abort()
            return
        try:
            request, length = _parsed(head, self._gone)
        except ValueError:
            self._transport.write(Response(400).encoded(keep_alive=False))
            self._transport.close()
            return
        if len(rest) < length:
            return
        request.body, self._buffer = rest[:length], rest[length:]
        self._task = asyncio.get_running_loop().create_task(self._answer(request))

    async def _answer(self, request: Request) -> None:
        response = await self._handler(request)
        self._task = None
        if response is None:
            self._transport.abort()
            return
        if self._gone.is_set():
            return
        keep_alive = request.headers.get("connection", "").lower() != "close"
        self._transport.write(response.encoded(keep_alive=keep_alive))
        if keep_alive:
            self._next()
        else:
            self._transport.close()


def _parsed(head: bytes, gone: asyncio.Event) -> tuple[Request, int]:
    """The request without its body, and the body's length. Raises ValueError on what we don't speak."""
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, version = first.split(" ")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    length = int(headers.get("content-length", "0"))
    if version != "HTTP/1.1" or "transfer-encoding" in headers or not 0 <= length <= _MOST_BYTES:
        raise ValueError(first)
    path, _, query = target.partition("?")
    return Request(method, path, dict(parse_qsl(query)), headers, b"", gone), length
