"""A gate before a real platform: lets calls through, or does to them what networks and limits do."""

import http.client
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


class Gate:
    """Passes on to the platform at `target`, until told otherwise for calls in which `acting` occurs.

    `answer` (status, headers, body) is given instead of passing on; with `swallow`, the call is passed on and its
    answer never comes back. `passed` counts the acting calls that reached the platform.
    """

    def __init__(self, target: str, acting: bytes) -> None:
        self.target, self.acting = urlsplit(target), acting
        self.answer: tuple[int, Mapping[str, str], Any] | None = None
        self.swallow = False
        self.passed = 0
        self.url = ""

    def pass_on(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """The platform's answer, and its body."""
        connection = http.client.HTTPConnection(self.target.netloc, timeout=30)
        with closing(connection):
            connection.request(method, path, body or None, dict(headers))
            response = connection.getresponse()
            return response, response.read()


def _handler(gate: Gate) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            is_acting = gate.acting in f"{self.command} {self.path} ".encode() + body
            if is_acting and gate.answer:
                status, headers, said = gate.answer
                self.reply(status, {"Content-Type": "application/json"} | dict(headers), json.dumps(said).encode())
                return
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
            response, said = gate.pass_on(self.command, self.path, body, headers)
            gate.passed += is_acting
            if is_acting and gate.swallow:
                self.close_connection = True
                return
            kept = {name: value for name, value in response.getheaders() if name.lower() not in _HOP}
            self.reply(response.status, kept, said, cookies=response.headers.get_all("Set-Cookie") or [])

        def reply(self, status: int, headers: Mapping[str, str], body: bytes, cookies: list[str] | None = None) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            for cookie in cookies or []:
                self.send_header("Set-Cookie", cookie)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = handle_any  # noqa: N815  # the standard library's names

        def log_message(self, *args: object) -> None:
            """Nothing is printed."""

    return Handler


_HOP = {"host", "connection", "content-length", "transfer-encoding", "set-cookie", "date", "server", "accept-encoding"}


@contextmanager
def a_gate(target: str, acting: bytes) -> Iterator[Gate]:
    """A gate before `target` for as long as the block lasts."""
    gate = Gate(target, acting)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(gate))
    server.daemon_threads = True
    parts = urlsplit(target)
    gate.url = f"http://127.0.0.1:{server.server_address[1]}{parts.path}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield gate
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
