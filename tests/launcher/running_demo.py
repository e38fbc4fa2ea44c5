"""A demo in a copy of the tree, started as a person would, but with the packages of the tests' own Python."""

import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from moderation.launcher import postgres_place
from moderation.launcher.bootstrap import ROOT
from moderation.launcher.ports import free_port
from tests.launcher.family import eventually, is_alive

NAMES = ("web", "worker", "beat", "postgres", "redis", "simulator")
ENTER = "import sys; from moderation.launcher.cli import main; sys.exit(main(['manage.py', *sys.argv[1:]]))"
NOT_COPIED = (".git", ".venv", "var", "tests", "__pycache__", "node_modules", ".*_cache")
FROM_OUTSIDE = ("CASELOAD_", "DATABASE_URL", "REDIS_URL", "DJANGO_", "PYTEST_")


@contextmanager
def a_copy_of_the_tree() -> Iterator[Path]:
    """The tree without its `.venv`, in a folder with a long path that others may enter; gone afterwards."""
    top = Path(tempfile.mkdtemp(prefix="caseload-copy-"))
    top.chmod(0o755)
    root = top / "a folder with a long name, as people have them, and spaces in it" / ("deep" * 20)
    try:
        shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(*NOT_COPIED))
        yield root
    finally:
        shutil.rmtree(top, ignore_errors=True)
        shutil.rmtree(postgres_place.fallback_folder(root / "var" / "postgres"), ignore_errors=True)


def arguments(*command: str) -> list[str]:
    """The command line of `manage.py COMMAND` without the `.venv`'s bootstrap."""
    return [sys.executable, "-c", ENTER, *command]


def outside() -> dict[str, str]:
    """The environment as it would be outside of a test run."""
    return {name: value for name, value in os.environ.items() if not name.startswith(FROM_OUTSIDE)}


def manage(root: Path, *command: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run a management command to its end."""
    return subprocess.run(
        arguments(*command), cwd=root, env=outside(), capture_output=True, text=True, timeout=timeout, check=False
    )


class RunningDemo:
    """One `manage.py demo`, its lines as they come, and its processes."""

    def __init__(self, root: Path, port: int) -> None:
        self.root = root
        self.url = f"http://127.0.0.1:{port}"
        self.lines: list[str] = []
        self._coming: queue.Queue[str] = queue.Queue()
        self.process = subprocess.Popen(
            arguments("demo", "--port", str(port)), cwd=root, env=outside(), text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            for line in output:
                self._coming.put(line.rstrip("\n"))

    def wait_for(self, beginning: str, *, seconds: float = 120) -> str:
        """The next line that begins so. Fails with everything said when none comes in time."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                line = self._coming.get(timeout=min(left, 0.2))
            except queue.Empty:
                if self.process.poll() is not None and not self._reader.is_alive() and self._coming.empty():
                    break
                continue
            self.lines.append(line)
            if line.startswith(beginning):
                return line
        raise AssertionError(f"no line {beginning!r} in:\n" + "\n".join(self.lines))

    def pids(self) -> dict[str, int]:
        """Each process's id, from var/run, for those that are written there now."""
        files = {name: self.root / "var" / "run" / f"{name}.pid" for name in NAMES}
        return {name: int(file.read_text()) for name, file in files.items() if file.exists()}

    def is_healthy(self) -> bool:
        """Whether /healthz answers 200."""
        try:
            urllib.request.urlopen(f"{self.url}/healthz", timeout=10).close()
        except (urllib.error.URLError, OSError):
            return False
        return True

    def end(self, number: int = signal.SIGTERM, *, seconds: float = 40) -> int:
        """Send it a signal and return its exit code."""
        self.process.send_signal(number)
        code = self.process.wait(seconds)
        self._reader.join(5)
        return code

    def clean_up(self) -> None:
        """Whatever a failed test left."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._reader.join(5)


@contextmanager
def a_demo(root: Path) -> Iterator[RunningDemo]:
    """A demo that is ready, on a free port."""
    demo = RunningDemo(root, free_port())
    try:
        demo.wait_for("ready ")
        yield demo
    finally:
        demo.clean_up()


def all_are_new(demo: RunningDemo, before: dict[str, int], names: Sequence[str]) -> bool:
    """Whether each of `names` runs, as another process than before."""

    def is_new(name: str) -> bool:
        pid = demo.pids().get(name)
        return pid is not None and pid != before[name] and is_alive(pid)

    return eventually(lambda: all(map(is_new, names)), seconds=30)
