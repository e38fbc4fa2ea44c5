"""The platform's accounts: who is suspended, and how often that took effect. Kept in SQLite, so that it survives."""

import json
import sqlite3
import time
from dataclasses import asdict, dataclass
from typing import Final

KINDS: Final = {"suspend": "suspended", "reinstate": "active"}
MISSING: Final = "missing:"

_SCHEMA: Final = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS account (
    external_id TEXT PRIMARY KEY,
    state TEXT NOT NULL DEFAULT 'active',
    requests INTEGER NOT NULL DEFAULT 0,
    suspensions INTEGER NOT NULL DEFAULT 0,
    reinstatements INTEGER NOT NULL DEFAULT 0,
    changed_at REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS profile (external_id TEXT PRIMARY KEY, gone INTEGER NOT NULL, told TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS account_changed ON account (changed_at);
CREATE TABLE IF NOT EXISTS effect (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, external_id TEXT NOT NULL, kind TEXT NOT NULL, was_late INTEGER NOT NULL
);
"""
_REQUEST: Final = """
INSERT INTO account (external_id, requests, changed_at) VALUES (?, 1, ?)
ON CONFLICT (external_id) DO UPDATE SET requests = requests + 1
"""
_EFFECT: Final = """
UPDATE account SET state = :state, suspensions = suspensions + :suspensions,
    reinstatements = reinstatements + :reinstatements, changed_at = :at
WHERE external_id = :external_id
"""


@dataclass(slots=True)
class Account:
    """One account. `requests` counts what arrived; the other two count what took effect."""

    external_id: str
    state: str = "active"
    requests: int = 0
    suspensions: int = 0
    reinstatements: int = 0
    changed_at: float = 0.0


@dataclass(slots=True)
class Stats:
    """Totals over all accounts."""

    accounts: int = 0
    suspended: int = 0
    requests: int = 0
    suspensions: int = 0
    reinstatements: int = 0


@dataclass(slots=True)
class Effect:
    """One request that took effect."""

    at: float
    external_id: str
    kind: str
    was_late: bool


class Accounts:
    """All accounts that were ever asked to change. An account not seen before is active; `missing:…` are unknown here.

    What a method wrote is in the database file when it returns: it survives a kill of the process.
    """

    def __init__(self, path: str = ":memory:") -> None:
        self._sql = sqlite3.connect(path, isolation_level=None)
        self._sql.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._sql.close()

    def get(self, external_id: str) -> Account | None:
        """The account, or None for one that this platform doesn't know, or that is gone."""
        if external_id.startswith(MISSING) or self.profile(external_id) is None:
            return None
        row = self._sql.execute("SELECT * FROM account WHERE external_id = ?", [external_id]).fetchone()
        return Account(*row) if row else Account(external_id)

    def profile(self, external_id: str) -> dict[str, object] | None:
        """What is told of the account beside its state; None when it is gone."""
        row = self._sql.execute("SELECT gone, told FROM profile WHERE external_id = ?", [external_id]).fetchone()
        gone, told = row or (0, "{}")
        return None if gone else json.loads(told)

    def tell(self, external_id: str, told: dict[str, object], *, gone: bool) -> None:
        """From now on this is told of the account, or that it is gone."""
        self._sql.execute(
            "INSERT OR REPLACE INTO profile (external_id, gone, told) VALUES (?, ?, ?)",
            [external_id, gone, json.dumps(told)],
        )

    def note_request(self, external_id: str) -> None:
        """A request about the account arrived, whatever becomes of it."""
        self._sql.execute(_REQUEST, [external_id, time.time()])

    def apply(self, external_id: str, kind: str, *, was_late: bool = False) -> Account:
        """Let a request take effect, again and again: this platform isn't idempotent. Returns the account after it."""
        at = time.time()
        given = {
            "external_id": external_id,
            "state": KINDS[kind],
            "suspensions": int(kind == "suspend"),
            "reinstatements": int(kind == "reinstate"),
            "at": at,
        }
        self._sql.execute("BEGIN IMMEDIATE")
        self._sql.execute(_EFFECT, given)
        self._sql.execute(
            "INSERT INTO effect (at, external_id, kind, was_late) VALUES (?, ?, ?, ?)",
            [at, external_id, kind, was_late],
        )
        self._sql.execute("COMMIT")
        account = self.get(external_id)
        assert account is not None
        return account

    def stats(self) -> Stats:
        """Totals."""
        row = self._sql.execute(
            "SELECT count(*), count(*) FILTER (WHERE state = 'suspended'), coalesce(sum(requests), 0),"
            " coalesce(sum(suspensions), 0), coalesce(sum(reinstatements), 0) FROM account"
        ).fetchone()
        return Stats(*row)

    def newest(self, *, like: str = "", state: str = "", limit: int = 50, offset: int = 0) -> list[Account]:
        """Accounts whose id contains `like`, in `state` if one is given; last changed first."""
        found = self._sql.execute(
            "SELECT * FROM account WHERE instr(external_id, ?) > 0 AND (? = '' OR state = ?)"
            " ORDER BY changed_at DESC, external_id LIMIT ? OFFSET ?",
            [like, state, state, limit, offset],
        )
        return [Account(*row) for row in found]

    def last_effects(self, limit: int = 15) -> list[Effect]:
        """The last requests that took effect, newest first."""
        rows = self._sql.execute("SELECT at, external_id, kind, was_late FROM effect ORDER BY id DESC LIMIT ?", [limit])
        return [Effect(at, external_id, kind, bool(was_late)) for at, external_id, kind, was_late in rows]


def shown(account: Account) -> dict[str, object]:
    """What the API tells of an account."""
    facts = asdict(account)
    return {name: facts[name] for name in ("state", "requests", "suspensions", "reinstatements")}
