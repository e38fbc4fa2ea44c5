"""The embedded PostgreSQL: made once, run as a direct child on a port of the loopback address, with a password.

Only the wheel's programs are used, never its own helper: as root, that one creates users and opens folders.
"""

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from moderation.launcher import leftovers
from moderation.launcher.bootstrap import Refusal
from moderation.launcher.ports import HOST
from moderation.launcher.postgres_place import Place
from moderation.launcher.processes import Program, as_user

USER = DATABASE = "caseload"
NO_PROCESS = "2147483647"  # a process id that no system gives out
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",  # a long folder path can't hit a socket's 107 bytes
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Postgres:
    """One embedded server. `durable` is False where its data lives no longer than a test run."""

    place: Place
    port: int
    password: str
    log: Path
    durable: bool = True

    @property
    def url(self) -> str:
        return f"postgres://{USER}:{self.password}@{HOST}:{self.port}/{DATABASE}"

    @property
    def program(self) -> Program:
        """How to run it: SIGINT ends it without waiting for its clients, and so does our death."""
        settings = SETTINGS if self.durable else SETTINGS | NOT_DURABLE
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Program(
            name="postgres",
            command=[str(self.place.programs / "postgres"), "-D", str(self.place.data), "-p", str(self.port), *options],
            log=self.log,
            environment=ENVIRONMENT,
            stop_signal=signal.SIGINT,
            orphan_signal=signal.SIGINT,
            grace_seconds=20,
            user=self.place.user,
        )

    def prepare(self) -> None:
        """Make the data folder when there is none, and heal what a crash of everything left. Raises Refusal."""
        if not self.place.data.exists():
            self._initialise()
        heal_pid_file(self.place.data)

    def _initialise(self) -> None:
        """Run initdb beside the final folder and rename, so that half a database is never taken for one."""
        new = self.place.home / "data.new"
        password_file = self.place.home / "password.new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        password_file.unlink(missing_ok=True)
        password_file.touch(mode=0o600)
        password_file.write_text(self.password)
        if self.place.user is not None:
            for path in (new, password_file):
                os.chown(path, self.place.user.uid, self.place.user.gid)
        command = [
            str(self.place.programs / "initdb"), "-D", str(new), "-U", USER, "--pwfile", str(password_file),
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            *([] if self.durable else ["--no-sync"]),
        ]  # fmt: skip
        made = subprocess.run(
            command, cwd="/", env=ENVIRONMENT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
            **as_user(self.place.user),
        )  # fmt: skip
        password_file.unlink()
        if made.returncode:
            raise Refusal(f"{made.stdout}{made.stderr}PostgreSQL's data folder could not be made (above: why).")
        new.rename(self.place.data)

    def is_ready(self) -> bool:
        """Whether it takes connections; makes our database at the first time."""
        try:
            with self._connect("postgres") as connection:
                found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
                if found is None:
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        except psycopg.OperationalError:
            return False
        return True

    def _connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=HOST, port=self.port, user=USER, password=self.password, dbname=database,
            autocommit=True, connect_timeout=3,
        )  # fmt: skip


def heal_pid_file(data: Path, patience_seconds: float = 10) -> None:
    """Let a postmaster.pid from before a crash not refuse the start.

    PostgreSQL believes the file when its process id lives, though the id may be another program's by now: then the id
    is replaced by an impossible one. The file stays, since with it PostgreSQL still notices an orphaned backend. A
    server of ours that is still ending (its parent was killed a moment ago) is waited for, then told again.
    """
    file = data / "postmaster.pid"
    deadline = time.monotonic() + patience_seconds
    while (pid := _pid_in(file)) is not None and str(data) in leftovers.command_of(pid):
        if time.monotonic() > deadline:
            raise Refusal(f"A PostgreSQL (process {pid}) still uses {data}: end it with `kill -INT {pid}`.")
        if deadline - time.monotonic() < patience_seconds / 2:
            os.kill(pid, signal.SIGINT)
        time.sleep(0.1)
    if pid is not None:
        lines = file.read_text().splitlines(keepends=True)
        file.write_text(f"{NO_PROCESS}\n" + "".join(lines[1:]))


def _pid_in(file: Path) -> int | None:
    try:
        return int(file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
