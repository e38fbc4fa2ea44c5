"""What an earlier start left running after a kill -9, recognised by process id and the instant it was started."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

PATIENCE_SECONDS = 15.0


def started(pid: int) -> str | None:
    """When the process began, as the system tells it: with the id, one process for sure. None when there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None if Path("/proc/self").exists() else _started_by_ps(pid)
    return None if fields[0] == "Z" else fields[19]


def _started_by_ps(pid: int) -> str | None:
    answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip() or None


def command_of(pid: int) -> str:
    """The command line of a living process, or nothing."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        answer = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return answer.stdout


def end(known: Mapping[str, object]) -> list[str]:
    """End the processes in `known` (name to [id, start]) that still run, and return their names.

    On Linux the kernel has told them to end when their parent died, so most are on their way: they get a moment, then
    SIGTERM (SIGINT for PostgreSQL, which would wait for its clients), then SIGKILL with their whole group.
    """
    running = {name: pid for name, entry in known.items() if (pid := _running(entry)) is not None}
    deadline = time.monotonic() + PATIENCE_SECONDS
    told: set[str] = set()
    names = list(running)
    while running and time.monotonic() < deadline:
        if deadline - time.monotonic() < PATIENCE_SECONDS - 1:
            for name in running.keys() - told:
                _send(running[name], signal.SIGINT if name == "postgres" else signal.SIGTERM)
                told.add(name)
        time.sleep(0.1)
        running = {name: pid for name, pid in running.items() if _running(known[name]) is not None}
    for pid in running.values():
        _send(pid, signal.SIGKILL)
    return names


def _running(entry: object) -> int | None:
    """The process id in an entry, when it is still the same process."""
    match entry:
        case [int(pid), str(start)] if started(pid) == start:
            return pid
    return None


def _send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        (os.killpg if number == signal.SIGKILL else os.kill)(pid, number)
