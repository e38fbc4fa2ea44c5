"""Servers that tests run against are installed once, under `var/platforms/`, and kept until their version changes."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from moderation.launcher.bootstrap import ROOT
from moderation.launcher.layout import Layout

SECONDS = int(os.environ.get("PLATFORMS_INSTALL_SECONDS", "600"))


class CannotBeHad(Exception):
    """The server can't be installed or started here, and why: the reason of a skip."""


def installed(name: str, install: Callable[[Path], None]) -> Path:
    """The folder of the server `name` (with its version), which `install` fills the first time. Raises CannotBeHad."""
    layout = Layout(ROOT)
    layout.make()
    where = layout.var / "platforms"
    where.mkdir(exist_ok=True)
    folder, mark = where / name, where / f"{name}.complete"
    with (where / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not mark.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            install(folder)
            mark.touch()
    return folder


def run(command: Sequence[str | Path], *, cwd: Path, environment: Mapping[str, str] | None = None) -> str:
    """Run a step of an installation. Returns what it printed; raises CannotBeHad with its last line."""
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=os.environ | dict(environment or {}),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise CannotBeHad(f"{command[0]} is missing here.") from None
    except subprocess.TimeoutExpired:
        raise CannotBeHad(f"{command[0]} took longer than {SECONDS} s.") from None
    if done.returncode:
        lines = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()
        raise CannotBeHad(f"{Path(command[0]).name} failed: {lines[-1]}")
    return done.stdout
