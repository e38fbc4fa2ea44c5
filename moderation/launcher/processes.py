"""One child process: how it is started, watched and ended, so that it can't outlive us."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from moderation.launcher.bootstrap import dying_with_parent

KEPT_LOG_BYTES = 5_000_000


@dataclass(frozen=True)
class User:
    """Whom a child runs as, when we are root and it must not be."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Program:
    """What to run, where its output goes, and how it wants to be told to stop."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str]
    folder: Path = Path("/")
    stop_signal: int = signal.SIGTERM
    orphan_signal: int = signal.SIGKILL  # what the kernel sends when we are killed
    grace_seconds: float = 8
    user: User | None = None
    pass_fds: Sequence[int] = field(default=())


class Process:
    """A running Program: a session of its own, so that the terminal's Ctrl-C reaches only us and we end it in order."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.started_at = time.monotonic()
        rotate(program.log)
        with program.log.open("ab") as log:
            self._popen = subprocess.Popen(
                list(program.command), cwd=program.folder, env=dict(program.environment), pass_fds=program.pass_fds,
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
                preexec_fn=dying_with_parent(program.orphan_signal), **as_user(program.user),
            )  # fmt: skip
        self.pid = self._popen.pid

    def ended(self) -> str | None:
        """Nothing while it runs; afterwards how it ended, in words. Its own children are gone then, too."""
        code = self._popen.poll()
        if code is None:
            return None
        self._end_group()
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    @property
    def exit_code(self) -> int | None:
        return self._popen.poll()

    def ask_to_stop(self) -> None:
        """Send its stop signal; nothing when it has ended."""
        if self._popen.poll() is None:
            self._popen.send_signal(self.program.stop_signal)

    def wait_or_kill(self, deadline: float) -> None:
        """Wait until `deadline` (monotonic seconds), then kill it and whatever it started."""
        try:
            self._popen.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()
        self._end_group()

    def stop(self) -> None:
        """End it: politely, then not."""
        self.ask_to_stop()
        self.wait_or_kill(time.monotonic() + self.program.grace_seconds)

    def _end_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


class Switch(TypedDict, total=False):
    """Popen's arguments for running as somebody else."""

    user: int
    group: int
    extra_groups: list[int]


def as_user(user: User | None) -> Switch:
    """The arguments of Popen that switch to `user`, who belongs to no further groups."""
    return {} if user is None else {"user": user.uid, "group": user.gid, "extra_groups": []}


def rotate(log: Path) -> None:
    """Move what the log holds to NAME.log.1 once it is large.

    Copied and cut, not renamed: the processes that write it hold it open for appending.
    """
    if not log.exists() or log.stat().st_size < KEPT_LOG_BYTES:
        return
    log.with_name(f"{log.name}.1").write_bytes(log.read_bytes())
    os.truncate(log, 0)


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a log, for a person who has to see why something failed."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
    except OSError:
        return ""
