"""Keeps programs running: starts again what ended, with backoff and a line that says so, and stops all in order."""

import signal
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import FrameType

from moderation.launcher.bootstrap import Refusal, say
from moderation.launcher.processes import Process, Program, last_lines, rotate

FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 30.0
STEADY_SECONDS = 30.0  # after so long a run, an end counts as the first again
HOPELESS_ENDS = 5  # as many ends before the start is complete, and it is given up
TICK_SECONDS = 0.1
LOG_CHECK_SECONDS = 60.0


class Stopped(Exception):
    """Somebody asked us to stop while we waited for something."""


@dataclass
class Kept:
    """A program that shall run: its process, or the instant at which it is started again."""

    program: Program
    process: Process | None = None
    ends: int = 0
    due_at: float = 0.0


class Supervisor:
    """Runs programs as children of this process's main thread. `record` is told the living ones after each change."""

    def __init__(self, record: Callable[[Mapping[str, Process]], None] = lambda living: None) -> None:
        self._kept: dict[str, Kept] = {}
        self._record = record
        self.stop_signal: int | None = None
        self._logs_checked_at = time.monotonic()

    def listen_for_signals(self) -> None:
        """Let SIGINT, SIGTERM and SIGHUP stop us, even where a script's `&` had left SIGINT ignored.

        An ignored SIGHUP stays so: `nohup` means it.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._request_stop)

    def _request_stop(self, number: int, frame: FrameType | None) -> None:
        self.stop_signal = number

    def start(self, program: Program) -> None:
        """Run the program from now on."""
        self._kept[program.name] = Kept(program)
        self._launch(self._kept[program.name])

    def tick(self) -> None:
        """See who ended, start again whose time has come, and cut logs that grew. Raises Stopped once asked to stop."""
        if self.stop_signal is not None:
            raise Stopped
        for kept in self._kept.values():
            if kept.process is not None:
                self._notice_end(kept, kept.process)
            elif time.monotonic() >= kept.due_at:
                self._launch(kept)
                say(f"{kept.program.name} was started again")
        if time.monotonic() - self._logs_checked_at > LOG_CHECK_SECONDS:
            self._logs_checked_at = time.monotonic()
            for kept in self._kept.values():
                rotate(kept.program.log)

    def wait_until(self, ready: Callable[[], bool], what: str, *, timeout_seconds: float = 120) -> None:
        """Keep everything running until `ready()`. Raises Refusal when a program keeps ending, or it takes too long."""
        deadline = time.monotonic() + timeout_seconds
        while not ready():
            self.tick()
            for kept in self._kept.values():
                if kept.ends >= HOPELESS_ENDS:
                    raise Refusal(
                        f"{last_lines(kept.program.log)}\n{kept.program.name} won't stay up (above: its log)."
                    )
            if time.monotonic() > deadline:
                raise Refusal(f"{what} took longer than {timeout_seconds:.0f} s: see the logs in {self._log_folder()}.")
            time.sleep(TICK_SECONDS)

    def run_to_end(self, program: Program) -> None:
        """Run a program once, while the others are kept running. Raises Refusal with its last lines when it fails."""
        process = Process(program)
        try:
            while process.exit_code is None:
                self.tick()
                time.sleep(TICK_SECONDS)
        finally:
            process.stop()
        if process.exit_code:
            raise Refusal(f"{last_lines(program.log)}\n{program.name} failed (above: the end of {program.log}).")

    def run(self) -> None:
        """Keep everything running. Raises Stopped once asked to stop."""
        while True:
            self.tick()
            time.sleep(TICK_SECONDS)

    def stop(self, *, last: Iterable[str] = ()) -> None:
        """End everything: first, at once, all but `last`; then those. Never raises."""
        servers = set(last)
        self._end([kept for name, kept in self._kept.items() if name not in servers])
        self._end([kept for name, kept in self._kept.items() if name in servers])
        self._kept.clear()
        self._tell()

    def _end(self, group: Iterable[Kept]) -> None:
        processes = [kept.process for kept in group if kept.process is not None]
        for process in processes:
            process.ask_to_stop()
        now = time.monotonic()
        for process in processes:
            process.wait_or_kill(now + process.program.grace_seconds)

    def _launch(self, kept: Kept) -> None:
        kept.process = Process(kept.program)
        self._tell()

    def _notice_end(self, kept: Kept, process: Process) -> None:
        how = process.ended()
        if how is None:
            return
        lived = time.monotonic() - process.started_at
        kept.process = None
        kept.ends = 1 if lived > STEADY_SECONDS else kept.ends + 1
        delay = min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** (kept.ends - 1))
        kept.due_at = time.monotonic() + delay
        self._tell()
        say(f"{kept.program.name} ended ({how}); it is started again in {delay:g} s")

    def _tell(self) -> None:
        self._record({name: kept.process for name, kept in self._kept.items() if kept.process is not None})

    def _log_folder(self) -> str:
        return next((str(kept.program.log.parent) for kept in self._kept.values()), "var/log")
