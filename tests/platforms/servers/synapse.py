"""Synapse, the Matrix homeserver, from PyPI, in a virtual environment of its own, on SQLite."""

import hashlib
import hmac
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from moderation.launcher.ports import free_port
from takedowns.connectors.base import Reach
from tests.platforms.installing import installed, run
from tests.platforms.servers.processes import serving
from tests.platforms.servers.talking import call

VERSION: Final = "1.163.2"
DOMAIN: Final = "sy.test"
_SHARED: Final = "shared with the tests"
_PLENTY: Final = {"per_second": 10_000, "burst_count": 10_000}


class Synapse:
    """A running homeserver: makes users, and does in their name what users do."""

    kind = "matrix"
    acting = b"/suspend/"
    counts_effects = False
    limited = (429, {"Retry-After": "7"}, {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests"})
    limited_seconds = 7.0

    def __init__(self, url: str) -> None:
        self.url = url
        self._numbers, self._sent = count(1), count(1)
        self._tokens: dict[str, str] = {}
        self.admin = self.register("admin", is_admin=True)
        self.room = self._said(self.as_user(self.admin, "POST", "createRoom", {"preset": "public_chat"}))["room_id"]

    def reach(self, url: str = "") -> Reach:
        """How takedowns reach it, at its own address or another."""
        return Reach(url or self.url, (), self._tokens[self.admin])

    def wrong_reach(self) -> Reach:
        """The same with a credential that isn't one (any more)."""
        return Reach(self.url, (), "revoked")

    def new_account(self) -> str:
        """A user who is in the room, by id."""
        user = self.register(f"user{next(self._numbers)}")
        self._said(self.as_user(user, "POST", f"join/{quote(self.room, safe='')}", {}))
        return user

    def unknown_account(self) -> str:
        return f"@nobody:{DOMAIN}"

    def can_act(self, account: str) -> bool:
        """Whether the user can send a message; the refusal is the one of suspended users."""
        status, told = self.send_message(account)
        assert status == 200 or (status, told["errcode"]) == (403, "M_USER_SUSPENDED"), told
        return status == 200

    def effects(self, account: str) -> int:
        """The server keeps no count."""
        raise NotImplementedError

    def token(self, account: str) -> str:
        """The user's access token."""
        return self._tokens[account]

    def send_message(self, account: str) -> tuple[int, Any]:
        """What the server answers to a message of the user's."""
        path = f"rooms/{quote(self.room, safe='')}/send/m.room.message/t{next(self._sent)}"
        return self.as_user(account, "PUT", path, {"msgtype": "m.text", "body": "hello"})

    def report(self, reporter: str, reported: str, reason: str) -> None:
        """One user reports another by Matrix's own call."""
        self._said(self.as_user(reporter, "POST", f"users/{quote(reported, safe='')}/report", {"reason": reason}))

    def report_message(self, reporter: str, event: str, reason: str) -> None:
        """One user reports a message in the room."""
        path = f"rooms/{quote(self.room, safe='')}/report/{quote(event, safe='')}"
        self._said(self.as_user(reporter, "POST", path, {"reason": reason}))

    def register(self, name: str, *, is_admin: bool = False) -> str:
        """A new user, by id."""
        url = f"{self.url}/_synapse/admin/v1/register"
        nonce = self._said(call("GET", url))["nonce"]
        what = [nonce, name, f"password of {name}", "admin" if is_admin else "notadmin"]
        mac = hmac.new(_SHARED.encode(), "\0".join(what).encode(), hashlib.sha1).hexdigest()
        body = {"nonce": nonce, "username": name, "password": what[2], "admin": is_admin, "mac": mac}
        made = self._said(call("POST", url, body))
        self._tokens[made["user_id"]] = made["access_token"]
        return str(made["user_id"])

    def as_user(self, account: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """A call of the client API in a user's name."""
        headers = {"Authorization": f"Bearer {self._tokens[account]}"}
        return call(method, f"{self.url}/_matrix/client/v3/{path}", body, headers=headers)

    def as_admin(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """A call of the admin API."""
        headers = {"Authorization": f"Bearer {self._tokens[self.admin]}"}
        return call(method, f"{self.url}/_synapse/admin/{path}", body, headers=headers)

    @staticmethod
    def _said(answer: tuple[int, Any]) -> Any:
        status, told = answer
        assert status == 200, told
        return told


@contextmanager
def a_server(folder: Path) -> Iterator[Synapse]:
    """A homeserver of one's own in `folder`. Raises CannotBeHad."""
    python = installed(f"synapse-{VERSION}", _install) / "bin/python"
    port = free_port()
    config = folder / "homeserver.yaml"
    config.write_text(json.dumps(_config(folder, port)))  # YAML holds JSON
    command = [python, "-m", "synapse.app.homeserver", "--config-path", config]
    run([*command, "--generate-keys"], cwd=folder)
    with serving(command, port=port, folder=folder):
        yield Synapse(f"http://127.0.0.1:{port}")


def _install(folder: Path) -> None:
    run([sys.executable, "-m", "venv", folder], cwd=folder)
    pip = [folder / "bin/python", "-m", "pip", "install", "--quiet", "--no-user", "--only-binary", ":all:"]
    run([*pip, f"matrix-synapse=={VERSION}"], cwd=folder)


def _config(folder: Path, port: int) -> dict[str, Any]:
    limits = {"address": _PLENTY, "account": _PLENTY, "failed_attempts": _PLENTY}
    resources = [{"names": ["client"]}]
    listener = {"port": port, "bind_addresses": ["127.0.0.1"], "type": "http", "tls": False, "resources": resources}
    return {
        "server_name": DOMAIN,
        "report_stats": False,
        "signing_key_path": str(folder / "signing.key"),
        "trusted_key_servers": [],
        "suppress_key_server_warning": True,
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
        "listeners": [listener],
        "registration_shared_secret": _SHARED,
        "macaroon_secret_key": "for tests",
        "form_secret": "for tests",
        "enable_media_repo": False,
        "bcrypt_rounds": 4,
        "rc_login": limits,
        "rc_message": _PLENTY,
        "rc_reports": _PLENTY,
        "rc_room_creation": _PLENTY,
        "rc_joins": {"local": _PLENTY, "remote": _PLENTY},
        "rc_joins_per_room": _PLENTY,
    }
