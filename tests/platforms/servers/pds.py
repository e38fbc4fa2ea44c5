"""A personal data server (PDS) of the AT Protocol with a PLC directory, from npm, in one process of its own Node."""

import os
import secrets
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final

from moderation.launcher.ports import free_port
from takedowns.connectors.base import Reach
from tests.platforms.installing import installed, run
from tests.platforms.servers.processes import serving
from tests.platforms.servers.talking import call

NODE: Final = "22.23.3"
VERSION: Final = "0.5.35"
_PLC: Final = "0.0.1"
_ADMIN: Final = "the administrator's password"
_PASSWORD: Final = "a password for tests"
_DID: Final = "com.atproto.admin.defs#repoRef"


class Pds:
    """A running PDS: makes accounts, and signs in as they do."""

    kind = "atproto"
    acting = b"POST /xrpc/com.atproto.admin.updateSubjectStatus"
    counts_effects = False
    limited = (429, {"Retry-After": "11"}, {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"})
    limited_seconds = 11.0

    def __init__(self, url: str) -> None:
        self.url = url
        self._numbers = count(1)
        self._handles: dict[str, str] = {}

    def reach(self, url: str = "") -> Reach:
        """How takedowns reach it, at its own address or another."""
        return Reach(url or self.url, (), _ADMIN)

    def wrong_reach(self) -> Reach:
        """The same with a credential that isn't one (any more)."""
        return Reach(self.url, (), "revoked")

    def new_account(self) -> str:
        """An account, by DID."""
        name = f"user{next(self._numbers)}"
        body = {"email": f"{name}@example.com", "handle": f"{name}.test", "password": _PASSWORD}
        status, made = self.call("POST", "com.atproto.server.createAccount", body)
        assert status == 200, made
        self._handles[made["did"]] = made["handle"]
        return str(made["did"])

    def unknown_account(self) -> str:
        return "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"

    def can_act(self, account: str) -> bool:
        """Whether the account can sign in; the refusal is that of a takedown, and the public API says the same."""
        status, told = self.sign_in(account)
        assert status == 200 or (status, told["error"]) == (401, "AccountTakedown"), told
        _, public = self.call("GET", f"com.atproto.sync.getRepoStatus?did={account}")
        assert (public["active"], public.get("status")) == ((True, None) if status == 200 else (False, "takendown"))
        return status == 200

    def effects(self, account: str) -> int:
        """The server keeps no count."""
        raise NotImplementedError

    def handle(self, account: str) -> str:
        return self._handles[account]

    def sign_in(self, account: str, **more: Any) -> tuple[int, Any]:
        """What the server answers to the account's sign-in."""
        body = {"identifier": self._handles[account], "password": _PASSWORD, **more}
        return self.call("POST", "com.atproto.server.createSession", body)

    def take_down(self, account: str, ref: str) -> None:
        """Somebody else takes the account down."""
        body = {"subject": {"$type": _DID, "did": account}, "takedown": {"applied": True, "ref": ref}}
        status, told = self.as_admin("POST", "com.atproto.admin.updateSubjectStatus", body)
        assert status == 200, told

    def ref_of(self, account: str) -> str:
        """The reference of the account's takedown."""
        _, told = self.as_admin("GET", f"com.atproto.admin.getSubjectStatus?did={account}")
        return str(told["takedown"].get("ref", ""))

    def as_admin(self, method: str, name: str, body: Any = None) -> tuple[int, Any]:
        """A call in the administrator's name."""
        return self.call(method, name, body, _basic())

    def call(self, method: str, name: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        """A call of an XRPC method."""
        return call(method, f"{self.url}/xrpc/{name}", body, headers=headers)


def _basic() -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"admin:{_ADMIN}".encode()).decode()}


@contextmanager
def a_server(folder: Path, **settings: str) -> Iterator[Pds]:
    """A PDS of one's own in `folder`, with its settings (PDS_… by name) besides. Raises CannotBeHad."""
    node = _node()
    packages = installed(f"pds-{VERSION}", lambda into: _install(into, node))
    port, plc_port = free_port(), free_port()
    program = (Path(__file__).parent / "pds.mjs").read_text()
    given = {
        "PLC_PORT": str(plc_port),
        "PDS_PORT": str(port),
        "PDS_HOSTNAME": "localhost",
        "PDS_DATA_DIRECTORY": str(folder),
        "PDS_BLOBSTORE_DISK_LOCATION": str(folder / "blobs"),
        "PDS_DID_PLC_URL": f"http://localhost:{plc_port}",
        "PDS_SERVICE_HANDLE_DOMAINS": ".test",
        "PDS_INVITE_REQUIRED": "0",
        "PDS_DEV_MODE": "1",
        "PDS_JWT_SECRET": secrets.token_hex(16),
        "PDS_ADMIN_PASSWORD": _ADMIN,
        "PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX": secrets.token_hex(32),
        "PDS_DISABLE_SSRF_PROTECTION": "1",
        "LOG_ENABLED": "0",
    }
    command = [node / "bin/node", "--input-type=module", "--eval", program]
    with serving(command, port=port, folder=folder, cwd=packages, environment=given | settings):
        yield Pds(f"http://127.0.0.1:{port}")


def _node() -> Path:
    """The folder of a Node with its headers, of the version that the PDS needs."""
    where = installed(f"node-{NODE}", lambda into: run([*_NPM, f"node@{NODE}"], cwd=_package(into)))
    found = sorted(where.glob("node_modules/node/node_modules/node-*/bin/node"))
    return found[0].parent.parent if found else where / "node_modules/node"


def _install(folder: Path, node: Path) -> None:
    """Its database is compiled here, for this Node: `nodedir` is where the headers are."""
    environment = {"PATH": f"{node / 'bin'}:{os.environ['PATH']}", "npm_config_nodedir": str(node)}
    wanted = [f"@atproto/pds@{VERSION}", f"@did-plc/server@{_PLC}"]
    run([*_NPM, *wanted], cwd=_package(folder), environment=environment)


_NPM: Final = ("npm", "install", "--no-audit", "--no-fund")


def _package(folder: Path) -> Path:
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    return folder
