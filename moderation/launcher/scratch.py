"""Servers and folders that last as long as a test run or a measurement, and the child process that uses them."""

import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from moderation.launcher import embedded, postgres_place
from moderation.launcher.bootstrap import dying_with_parent
from moderation.launcher.embedded import Folders
from moderation.launcher.layout import Layout
from moderation.launcher.supervisor import Stopped, Supervisor

PREFIX = "caseload-test-"
OUTSIDE = ("CASELOAD_", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder for one run, gone afterwards; also removes those of runs that were killed. Others may enter it, since
    root runs PostgreSQL as another user."""
    _remove_abandoned(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    folder.chmod(0o755)
    try:
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_abandoned(where: Path) -> None:
    for folder in where.glob(f"{PREFIX}*"):
        try:
            with (folder / "lock").open() as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if folder.stat().st_uid == os.geteuid():
                    shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue


@contextmanager
def servers(folder: Path, *, durable: bool) -> Iterator[tuple[Supervisor, dict[str, str]]]:
    """Fresh servers in `folder`, and the environment to reach them; nothing of the operator's settings shows through.

    A durable PostgreSQL that lands outside of `folder` (see `postgres_place`) is removed from there, too.
    """
    folders = Folders(folder / "postgres", folder, folder, temporary=not durable)
    passwords = {name: secrets.token_urlsafe(24) for name in embedded.NAMES}
    supervisor = Supervisor()
    supervisor.listen_for_signals()
    outside = {name: value for name, value in os.environ.items() if not name.startswith(OUTSIDE)}
    try:
        with embedded.both(supervisor, folders, passwords, durable=durable) as (postgres, redis):
            inside = {
                "DATABASE_URL": postgres.url,
                "REDIS_URL": redis.url,
                "CASELOAD_SECRET_KEY": secrets.token_urlsafe(48),
                "DJANGO_SETTINGS_MODULE": "moderation.settings",
            }
            yield supervisor, outside | inside
    finally:
        shutil.rmtree(postgres_place.fallback_folder(folders.postgres), ignore_errors=True)


def run_python(supervisor: Supervisor, layout: Layout, environment: Mapping[str, str], arguments: Sequence[str]) -> int:
    """Run this Python with `arguments` on our console, while the servers are kept up. Returns its exit code.

    Ctrl-C reaches it from the terminal, too, and is its business first; then it is ended.
    """
    child = subprocess.Popen(
        [sys.executable, *arguments], cwd=layout.root, env=dict(environment), preexec_fn=_as_in_a_terminal()
    )
    try:
        while child.poll() is None:
            supervisor.tick()
            time.sleep(0.1)
    except Stopped:
        if supervisor.stop_signal != signal.SIGINT:
            child.terminate()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
        return 130
    return child.returncode


def _as_in_a_terminal() -> Callable[[], None]:
    bind = dying_with_parent(signal.SIGKILL)

    def prepare() -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if bind is not None:
            bind()

    return prepare
