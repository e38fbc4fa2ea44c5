"""Where the launcher keeps things: everything under `var/`, which can be deleted while nothing runs."""

import json
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Layout:
    """The folders and files of one installation. `root` is the tree with `manage.py` in it."""

    root: Path

    @property
    def var(self) -> Path:
        return self.root / "var"

    @property
    def run(self) -> Path:
        return self.var / "run"

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def lock(self) -> Path:
        """Held for as long as a demo, or a command with servers of its own, uses what is in `var/`."""
        return self.run / "demo.lock"

    @property
    def servers(self) -> Path:
        """The addresses and passwords of what runs; true only while the lock is held."""
        return self.run / "servers.json"

    @property
    def processes(self) -> Path:
        """Who was started and when, so that the next start can end what a kill -9 left behind."""
        return self.run / "processes.json"

    @property
    def secrets(self) -> Path:
        return self.var / "secrets.json"

    @property
    def passwords(self) -> Path:
        return self.var / "passwords.json"

    @property
    def simulator_state(self) -> Path:
        return self.var / "simulator.sqlite3"

    def pid(self, name: str) -> Path:
        return self.run / f"{name}.pid"

    def make(self) -> None:
        """Create the folders. `var/` can be entered by PostgreSQL's user; the rest is the owner's alone."""
        for folder, mode in ((self.var, 0o755), (self.run, 0o700), (self.logs, 0o700)):
            folder.mkdir(mode=mode, parents=True, exist_ok=True)
            folder.chmod(mode)


def write_private(path: Path, content: object) -> None:
    """Write `content` as JSON, readable by the owner alone, all or nothing."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
    new.replace(path)


def read_json(path: Path) -> dict[str, object]:
    """The JSON object in `path`, or an empty one when there is none that can be read."""
    try:
        content = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
