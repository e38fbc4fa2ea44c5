"""A stand-in for Mastodon, written from its documented contract: it counts strikes, and how often it is asked.

Sources: docs.joinmastodon.org, methods/admin/accounts, methods/admin/reports, api/rate-limits. Not the real server:
that needs Ruby, PostgreSQL, Redis and an hour to build.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from takedowns.connectors.base import Reach
from tests.platforms.servers.talking import call

TOKEN: Final = "token of an administrator"
READING: Final = "token that may only read"
WINDOW_SECONDS: Final = 300
_ALL: Final = {"admin:read:accounts", "admin:write:accounts", "admin:read:reports", "admin:write:reports"}
_SCOPES: Final = {TOKEN: _ALL, READING: {"admin:read:accounts"}}
_NOT_ALLOWED: Final = (403, {"error": "This action is not allowed"})
_NOT_FOUND: Final = (404, {"error": "Record not found"})
Said = tuple[int, Any]


@dataclass
class Account:
    """An account there. Each `suspend` is one more strike, whatever its state."""

    id: str
    is_suspended: bool = False
    strikes: list[dict[str, str]] = field(default_factory=list)

    def shown(self) -> dict[str, Any]:
        inner = {"id": self.id, "acct": f"user{self.id}", "display_name": f"User {self.id}", "note": "<p>Hello</p>"}
        counts = {"followers_count": 12, "following_count": 3, "statuses_count": 40}
        state = {"suspended": self.is_suspended, "disabled": False, "silenced": False}
        return {"id": self.id, "username": f"user{self.id}", "domain": None, **state, "account": inner | counts}


class Mastodon:
    """The stand-in: its state, its answers, and what tests ask of it."""

    kind = "mastodon"
    acting = b"/action "
    counts_effects = True
    limited_seconds = 120.0

    def __init__(self, limit: int = 1_000_000) -> None:
        self.url = ""
        self.limit, self.asked = limit, 0
        self.window_ends_at = time.time() + WINDOW_SECONDS
        self.accounts: dict[str, Account] = {}
        self.reports: list[dict[str, Any]] = []
        self.lock = threading.Lock()
        self._numbers = count(109_000_000_001)

    @property
    def limited(self) -> tuple[int, dict[str, str], Any]:
        """How it says that it is asked too often, now."""
        reset = datetime.fromtimestamp(time.time() + self.limited_seconds, UTC).isoformat()
        return 429, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}, {"error": "Too many requests"}

    def reach(self, url: str = "") -> Reach:
        """How takedowns reach it, at its own address or another."""
        return Reach(url or self.url, (), TOKEN)

    def wrong_reach(self) -> Reach:
        """The same with a credential that isn't one (any more)."""
        return Reach(self.url, (), "revoked")

    def new_account(self) -> str:
        made = Account(str(next(self._numbers)))
        self.accounts[made.id] = made
        return made.id

    def unknown_account(self) -> str:
        return "1"

    def can_act(self, account: str) -> bool:
        """Whether the account can post."""
        status, told = call("POST", f"{self.url}/api/v1/statuses?as={account}", {"status": "hello"})
        assert status == 200 or (status, told["error"]) == (403, "Your login is currently disabled"), told
        return status == 200

    def report(self, reporter: str, reported: str, comment: str, *texts: str) -> None:
        """One user reports another, with posts of theirs."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")  # noqa: TID251  # its own
        number = next(self._numbers)
        statuses = [
            {"id": f"{number}{place}", "created_at": now, "url": f"{self.url}/@x/{number}{place}", "content": text}
            for place, text in enumerate(texts)
        ]
        whose = {"account": self.accounts[reporter].shown(), "target_account": self.accounts[reported].shown()}
        said = {"category": "spam", "comment": comment, "created_at": now, "statuses": statuses, "action_taken": False}
        self.reports.append({"id": str(number), **whose, **said})

    def effects(self, account: str) -> int:
        """How many strikes the account has."""
        return len(self.accounts[account].strikes)

    def answer(self, method: str, path: str, fields: dict[str, str], token: str) -> Said:
        """What the server says to a call that isn't held up by the limit."""
        if path == "/api/v1/statuses":
            is_out = self.accounts[fields["as"]].is_suspended
            return (403, {"error": "Your login is currently disabled"}) if is_out else (200, {"id": "1"})
        if token not in _SCOPES:
            return 401, {"error": "The access token is invalid"}
        what = path.split("/")[4]
        needed = f"admin:{'read' if method == 'GET' else 'write'}:{what}"
        if needed not in _SCOPES[token]:
            return 403, {"error": "This action is outside the authorized scopes"}
        if what == "reports":
            return 200, self._reports(fields)
        account = self.accounts.get(path.split("/")[5]) if path.count("/") > 4 else None
        if path.count("/") > 4 and account is None:
            return _NOT_FOUND
        if account is None:
            return 200, [each.shown() for each in list(self.accounts.values())[: int(fields.get("limit", 100))]]
        return self._on(account, path.split("/")[6] if path.count("/") > 5 else "", fields)

    def _on(self, account: Account, gesture: str, fields: dict[str, str]) -> Said:
        if gesture == "action":
            if fields.get("type") not in {"none", "sensitive", "disable", "silence", "suspend"}:
                return 422, {"error": "Validation failed: Type is not included in the list"}
            account.strikes.append(fields)
            account.is_suspended |= fields["type"] == "suspend"
            return 200, {}
        if gesture == "unsuspend":
            if not account.is_suspended:
                return _NOT_ALLOWED
            account.is_suspended = False
        return 200, account.shown()

    def _reports(self, fields: dict[str, str]) -> list[dict[str, Any]]:
        """Those after `min_id`, oldest pages first as that asks, each page newest first."""
        after = [each for each in self.reports if int(each["id"]) > int(fields.get("min_id", 0))]
        return after[: int(fields.get("limit", 100))][::-1]


def _handler(stand_in: Mastodon) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            parts = urlsplit(self.path)
            form = body if "urlencoded" in self.headers.get("Content-Type", "") else ""
            fields = {name: values[-1] for name, values in parse_qs(f"{parts.query}&{form}").items()}
            with stand_in.lock:
                stand_in.asked += 1
                left = stand_in.limit - stand_in.asked
                token = self.headers.get("Authorization", "").removeprefix("Bearer ")
                is_held_up = left < 0
                said = (
                    (429, {"error": "Too many requests"})
                    if is_held_up
                    else stand_in.answer(self.command, parts.path, fields, token)
                )
            self.reply(said, max(left, 0))

        def reply(self, said: Said, left: int) -> None:
            content = json.dumps(said[1]).encode()
            self.send_response(said[0])
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("X-RateLimit-Limit", str(stand_in.limit))
            self.send_header("X-RateLimit-Remaining", str(left))
            reset = datetime.fromtimestamp(stand_in.window_ends_at, UTC)
            self.send_header("X-RateLimit-Reset", reset.isoformat(timespec="microseconds").replace("+00:00", "Z"))
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = handle_any  # noqa: N815  # the standard library's names

        def log_message(self, *args: object) -> None:
            """Nothing is printed."""

    return Handler


@contextmanager
def a_server(folder: Path, limit: int = 1_000_000) -> Iterator[Mastodon]:
    """A stand-in of one's own, which takes `limit` calls in five minutes."""
    stand_in = Mastodon(limit)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(stand_in))
    server.daemon_threads = True
    stand_in.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
