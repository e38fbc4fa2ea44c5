"""What the platform answers: its API for clients, its switches for testers, its page for people."""

import asyncio
import contextlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote

from takedowns.simulator import faults, page
from takedowns.simulator.accounts import KINDS, Accounts, shown
from takedowns.simulator.faults import Dice, Fate, Faults
from takedowns.simulator.wire import Request, Response, as_json

_PATIENCE_SECONDS: Final = 60.0  # how long a late request waits for its client to give up
_OWN: Final = Path(__file__).parent / "static"
_SHARED: Final = Path(__file__).parents[2] / "static" / "css"
_FILES: Final = {
    "icon.svg": _SHARED.parent,
    "tokens.css": _SHARED,
    "base.css": _SHARED,
    "components.css": _SHARED,
    "simulator.css": _OWN,
    "simulator.js": _OWN,
}
_TYPES: Final = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


class Platform:
    """The simulated platform: accounts, the faults in force, and the dice."""

    def __init__(self, accounts: Accounts, *, seed: int | None = None) -> None:
        self.accounts = accounts
        self.faults = Faults()
        self.dice = Dice(seed)

    async def answer(self, request: Request) -> Response | None:
        """The answer to one request; None cuts the connection."""
        parts = request.path.strip("/").split("/")
        if parts[0] == "accounts" and len(parts) == 3 and request.method == "POST":
            return await self._change(request, unquote(parts[1]), parts[2])
        if parts[0] == "accounts" and len(parts) == 2 and request.method == "GET":
            return self._account(unquote(parts[1]))
        if parts[0] == "accounts" and len(parts) == 3 and (request.method, parts[2]) == ("PUT", "profile"):
            return self._tell(unquote(parts[1]), request.body)
        if parts[0] == "static" and len(parts) == 2:
            return _file(parts[1])
        match request.method, request.path:
            case "GET", "/":
                return self._page(request.query)
            case "GET", "/healthz":
                return as_json({"status": "ok"})
            case "GET", "/stats":
                return as_json(asdict(self.accounts.stats()))
            case "GET", "/faults":
                return as_json(self.faults.asdict())
            case "PUT", "/faults":
                return self._switch_by_json(request.body)
            case "POST", "/faults":
                return self._switch_by_form(request)
        return as_json({"error": "There is nothing at this address."}, 404)

    # ── the API ──────────────────────────────────────────────────────────────────────────────────────────
    def _account(self, external_id: str) -> Response:
        account = self.accounts.get(external_id)
        if account is None:
            return _no_account()
        return as_json({**(self.accounts.profile(external_id) or {}), **shown(account)})

    def _tell(self, external_id: str, body: bytes) -> Response:
        """A tester says what the account's profile tells from now on, or {"gone": true}."""
        try:
            told = json.loads(body)
        except ValueError:
            told = None
        if not isinstance(told, dict):
            return as_json({"error": "Give an object: what is told of the account, or gone."}, 422)
        self.accounts.tell(external_id, told, gone=bool(told.pop("gone", False)))
        return as_json(told)

    async def _change(self, request: Request, external_id: str, kind: str) -> Response | None:
        if kind not in KINDS:
            return as_json({"error": "An account can be suspended and reinstated."}, 404)
        if self.accounts.get(external_id) is None:
            return _no_account()
        self.accounts.note_request(external_id)
        if not self.faults.are_on:
            return as_json(shown(self.accounts.apply(external_id, kind)))
        return await self._change_with_faults(request, external_id, kind)

    async def _change_with_faults(self, request: Request, external_id: str, kind: str) -> Response | None:
        now, fate = self.faults, self.dice.fate(self.faults)
        if latency := self.dice.latency_seconds(now):
            await asyncio.sleep(latency)
        match fate:
            case Fate.TOO_MANY:
                return as_json({"error": "Too many requests."}, 429, Retry_After=str(now.retry_after_seconds))
            case Fate.ERROR:
                return as_json({"error": "Something failed, and nothing was done."}, 500)
            case Fate.DROPPED_BEFORE:
                return None
            case Fate.LATE:
                await self._apply_late(request, external_id, kind)
                return None
        account = self.accounts.apply(external_id, kind)
        return None if fate == Fate.DROPPED_AFTER else as_json(shown(account))

    async def _apply_late(self, request: Request, external_id: str, kind: str) -> None:
        """Wait until the client has given up, and let the effect come some time after that."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(request.gone.wait(), _PATIENCE_SECONDS)
        await asyncio.sleep(self.dice.late_seconds(self.faults))
        self.accounts.apply(external_id, kind, was_late=True)

    # ── the switches ─────────────────────────────────────────────────────────────────────────────────────
    def _switch(self, given: dict[str, object]) -> None:
        seed = given.pop("seed", None)
        new = faults.read(given)
        if seed is not None:
            self.dice = Dice(int(str(seed)))
        self.faults = new

    def _switch_by_json(self, body: bytes) -> Response:
        try:
            given = json.loads(body)
            if not isinstance(given, dict):
                raise ValueError("Give an object of faults.")
            self._switch(given)
        except ValueError as error:
            return as_json({"error": str(error)}, 422)
        return as_json(self.faults.asdict())

    def _switch_by_form(self, request: Request) -> Response:
        origin = request.headers.get("origin", "")
        if origin.partition("://")[2] != request.headers.get("host", ""):
            return as_json({"error": "Use the form on the platform's own page."}, 403)
        try:
            self._switch(dict(parse_qsl(request.body.decode())))
        except ValueError as error:
            return self._page({}, str(error), 422)
        return Response(303, content_type="text/plain", headers={"Location": "/"})

    # ── the page ─────────────────────────────────────────────────────────────────────────────────────────
    def _page(self, query: dict[str, str], error: str = "", status: int = 200) -> Response:
        text = page.render(self.accounts, self.faults, query, error)
        return Response(status, text.encode(), "text/html; charset=utf-8")


def _no_account() -> Response:
    return as_json({"error": "There is no such account."}, 404)


def _file(name: str) -> Response:
    folder = _FILES.get(name)
    if folder is None or not (folder / name).is_file():
        return as_json({"error": "There is no such file."}, 404)
    return Response(200, (folder / name).read_bytes(), _TYPES[Path(name).suffix])
