"""Makes the project's `.venv` and enters it. Standard library only: it runs before anything is installed.

A `.venv` counts as finished by its mark: a file with the hash of the lock and the Python it was made with, written
last, by rename. Whatever was interrupted left no mark, and is built again from nothing.
"""

import ctypes
import hashlib
import importlib.util
import json
import math
import os
import platform
import pwd
import signal
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

try:
    import fcntl
except ImportError:
    sys.exit("Caseload's launcher runs on Linux and macOS; on Windows, start it inside WSL.")

ROOT = Path(__file__).resolve().parents[2]
LEVELS = {"demo": "runtime", "test": "development", "bench": "development"}
LOCKS = {"runtime": "requirements.txt", "development": "tests/requirements.txt"}
MARK = "caseload-complete.json"
REDIRECTIONS = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PYTHONHOME")
INSTALL_SECONDS = "CASELOAD_INSTALL_SECONDS"  # how long the installation took, for the process that follows it
PR_SET_PDEATHSIG = 1


class Refusal(Exception):
    """The start cannot go on; the text is one sentence that says what to do."""


def enter(argv: Sequence[str], root: Path = ROOT) -> None:
    """Return once this process runs inside the `.venv`, made or completed first for `demo`, `test` and `bench`.

    Takes the command line as Python got it. Replaces the process (same pid) when it runs outside; ends it with one
    sentence when that is not possible.
    """
    command = argv[1] if len(argv) > 1 else "help"
    try:
        if command in LEVELS:
            ensure(root, LEVELS[command], argv)
    except Refusal as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit("Interrupted. The next start begins the installation again.")
    if is_inside(root):
        return
    if os.access(python_of(root), os.X_OK):
        execute(str(python_of(root)), argv)
    if importlib.util.find_spec("django") is None:
        sys.exit("Nothing is installed here yet: run `python3 manage.py demo` or `python3 manage.py test` first.")


def ensure(root: Path, level: str, argv: Sequence[str]) -> None:
    """Make `.venv` hold everything of `level`. Raises Refusal; replaces a process that runs in it."""
    if is_complete(root, level):
        return
    refuse_where_it_cannot_work(root)
    if is_inside(root):
        execute(base_python(), argv)
    os.umask(0o022)
    (root / "var" / "run").mkdir(mode=0o700, parents=True, exist_ok=True)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with locked(root / "var" / "run" / "install.lock"):
        if not is_complete(root, level):
            # both locks pin the runtime's packages alike: adding the others changes nothing that a demo runs on
            if not is_complete(root, "runtime"):
                refuse_under_a_running_demo(root)
            install(root, level)


# ── the mark ─────────────────────────────────────────────────────────────────────────────────────────────
def expected_mark(root: Path, level: str) -> dict[str, str]:
    """What the mark of a `.venv` finished up to `level` says: the Python, and the hash of each lock installed."""
    levels = ["runtime"] if level == "runtime" else ["runtime", "development"]
    hashes = {each: hashlib.sha256((root / LOCKS[each]).read_bytes()).hexdigest() for each in levels}
    version = ".".join(str(part) for part in sys.version_info[:3])
    return {"python": f"{version} {os.path.realpath(base_python())}", **hashes}


def is_complete(root: Path, level: str) -> bool:
    """Whether the mark says that everything of `level`, at least, is installed for this Python."""
    mark = read_mark(root)
    return expected_mark(root, level).items() <= mark.items() and os.access(python_of(root), os.X_OK)


def read_mark(root: Path) -> dict[str, str]:
    """The mark, or nothing when it is missing or unreadable."""
    try:
        mark = json.loads((root / ".venv" / MARK).read_text())
    except (OSError, ValueError):
        return {}
    return mark if isinstance(mark, dict) else {}


def write_mark(root: Path, level: str) -> None:
    """The last step of an installation, all or nothing."""
    new = root / ".venv" / f"{MARK}.new"
    new.write_text(json.dumps(expected_mark(root, level), indent=2) + "\n")
    new.replace(root / ".venv" / MARK)


# ── the installation ─────────────────────────────────────────────────────────────────────────────────────
def install(root: Path, level: str) -> None:
    """Build `.venv` (or add the development packages to a finished one) and write its mark. Raises Refusal."""
    started = time.monotonic()
    if (root / ".venv").is_symlink():
        raise Refusal(f"{root / '.venv'} is a link, and what it leads to would be changed: remove the link first.")
    if not is_complete(root, "runtime"):
        say(f"Making .venv with Python {platform.python_version()}")
        _remove_mark(root)
        venv.EnvBuilder(clear=True, symlinks=True, with_pip=False).create(root / ".venv")
        _run([str(python_of(root)), "-Im", "ensurepip", "--default-pip"], root, _ignore)
    _remove_mark(root)
    lock = LOCKS[level]
    say(f"Installing the packages of {lock}; the first time this takes a minute or so")
    arguments = ["--no-user", "--require-hashes", "--only-binary", ":all:", "--no-input", "--progress-bar", "off"]
    pip = [str(python_of(root)), "-m", "pip", "--disable-pip-version-check", "install", *arguments, "-r", lock]
    _run(pip, root, PipProgress())
    write_mark(root, level)
    os.environ[INSTALL_SECONDS] = f"{time.monotonic() - started:.0f}"
    say(f"Installed in {os.environ[INSTALL_SECONDS]} s")


class PipProgress:
    """Turns pip's output into a plain line every few seconds."""

    def __init__(self, *, interval_seconds: float = 5) -> None:
        self.packages = 0
        self.interval_seconds = interval_seconds
        self.said_at = time.monotonic()

    def __call__(self, line: str) -> None:
        if line.startswith("Collecting "):
            self.packages += 1
        if line.startswith("Installing collected packages"):
            say(f"  all {self.packages} packages fetched; unpacking them")
            self.said_at = math.inf
        elif time.monotonic() - self.said_at > self.interval_seconds:
            self.said_at = time.monotonic()
            say(f"  {self.packages} packages so far")


def _run(command: Sequence[str], root: Path, each_line: Callable[[str], None]) -> None:
    """Run `command` to its end, its output in var/log/install.log. Raises Refusal with the last lines when it fails."""
    environment = {key: value for key, value in os.environ.items() if key not in REDIRECTIONS}
    log = root / "var" / "log" / "install.log"
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines: list[str] = []
    process = subprocess.Popen(
        command, cwd=root, env=environment, text=True, errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        preexec_fn=dying_with_parent(signal.SIGKILL),
    )  # fmt: skip
    assert process.stdout is not None
    try:
        with process.stdout:
            for line in process.stdout:
                lines.append(line)
                each_line(line)
        code = process.wait()
    finally:
        process.kill()  # nothing, once it has ended
        process.wait()
        log.write_text("".join(lines))
    if code:
        last = "".join(lines[-12:])
        raise Refusal(f"{last}The installation failed (above: the end of {log}). Nothing half-done will be used.")


def _ignore(line: str) -> None:
    """No progress to show."""


def _remove_mark(root: Path) -> None:
    (root / ".venv" / MARK).unlink(missing_ok=True)


# ── refusals, one sentence each ──────────────────────────────────────────────────────────────────────────
def refuse_where_it_cannot_work(root: Path) -> None:
    """Raise Refusal when the machine lacks what an installation needs, or the tree is somebody else's."""
    if importlib.util.find_spec("ensurepip") is None:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        raise Refusal(f"This Python has no ensurepip: on Debian and Ubuntu, `apt install {package}`; then start again.")
    if sys.platform == "darwin" and platform.machine() == "x86_64":
        raise Refusal("There are no ready-made packages for Macs with Intel processors: use Linux or Apple silicon.")
    if sys.platform == "linux" and not platform.libc_ver()[0]:
        raise Refusal("There are no ready-made packages for musl (Alpine): use a Linux with glibc, such as Debian.")
    for path in (root / ".venv", root / "var"):
        if path.exists() and path.stat().st_uid != os.geteuid():
            raise Refusal(f"{path} belongs to {owner_of(path)}: start as that user, or in a clone of your own.")
    if not os.access(root, os.W_OK):
        raise Refusal(f"{root} belongs to {owner_of(root)} and cannot be written: start in a clone of your own.")


def refuse_under_a_running_demo(root: Path) -> None:
    """Raise Refusal while somebody uses the `.venv` that would be rebuilt. The lock names who."""
    with (root / "var" / "run" / "demo.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            raise Refusal(
                f"The packages in .venv must be installed anew, and {file.read().strip() or 'another process'} runs on"
                " them: stop it with Ctrl-C where it was started, then start this again."
            ) from None


def owner_of(path: Path) -> str:
    """The name of the file's owner, or its number when it has none here."""
    uid = path.stat().st_uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


# ── small parts ──────────────────────────────────────────────────────────────────────────────────────────
def python_of(root: Path) -> Path:
    """The interpreter of the project's `.venv`, there or not."""
    return root / ".venv" / "bin" / "python"


def base_python() -> str:
    """The interpreter that no virtual environment stands in front of."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)


def is_inside(root: Path) -> bool:
    """Whether this process runs in the project's `.venv`."""
    return os.path.realpath(sys.prefix) == os.path.realpath(root / ".venv")


def execute(python: str, argv: Sequence[str]) -> NoReturn:
    """Replace this process by `python` with the same command line."""
    sys.stdout.flush()
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONHOME"}
    os.execve(python, [python, *argv], environment)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file for the block, waiting with a line for whoever has it."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("Another start is installing here; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def dying_with_parent(number: int) -> Callable[[], None] | None:
    """What a child runs before exec so that the kernel sends it signal `number` when its parent dies (Linux only).

    Fork from the main thread: the kernel counts the end of the forking thread as the parent's death.
    """
    if sys.platform != "linux":
        return None
    parent = os.getpid()

    def bind() -> None:
        end_with_parent(number)
        if os.getppid() != parent:  # it died before the kernel was told
            os._exit(1)

    return bind


def end_with_parent(number: int) -> None:
    """Ask the kernel to send this process signal `number` when its parent dies; does nothing but on Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)


def say(line: str) -> None:
    """One plain line of progress; a console that went away is no reason to stop."""
    try:
        print(line, flush=True)
    except OSError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  # as long as we live


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
