"""A worker, a beat, a Redis and a simulated platform as real processes on the test's database."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from redis import Redis

from moderation.launcher.ports import free_port
from moderation.launcher.redis_server import RedisServer, find_binary
from tests.takedowns.simulated import Simulated

ROOT = Path(__file__).resolve().parents[2]


class Running:
    """The processes. `kill_worker` is a kill -9, pool processes included; a new worker starts at once."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.folder = folder
        self._processes: dict[str, subprocess.Popen[str]] = {}
        self._redis = RedisServer(find_binary(), free_port(), "secret", folder / "redis.conf", folder / "redis.log")
        given = {f"CASELOAD_{name.upper()}": str(value) for name, value in settings.items()}
        self._environment = os.environ | given | {"DATABASE_URL": _database_url(), "REDIS_URL": self._redis.url}

    def start(self) -> None:
        """Start everything and wait until Redis and the simulator answer."""
        self._redis.prepare()
        program = self._redis.program
        self._start("redis", list(program.command), program.environment)
        eventually(self._redis.is_ready, seconds=20, what="Redis")
        command = [sys.executable, "-m", "takedowns.simulator", "--port", "0"]
        simulator = self._start("simulator", [*command, "--state", str(self.folder / "simulator.sqlite3")])
        eventually(lambda: "http" in self.log("simulator"), seconds=20, what="The simulator")
        assert simulator.poll() is None
        self.simulator = Simulated(self.log("simulator").split()[1])
        self._environment["CASELOAD_SIMULATOR_URL"] = self.simulator.url
        beat = ["celery", "-A", "moderation.celery", "beat", "--schedule", str(self.folder / "schedule"), "--pidfile="]
        self._start("beat", [sys.executable, "-m", *beat])
        self.start_worker()

    @property
    def redis_url(self) -> str:
        """Where its Redis answers."""
        return self._redis.url

    def start_worker(self) -> None:
        """Start a worker with two processes."""
        self._start("worker", [sys.executable, "-m", "moderation.launcher.worker", "2"])

    def kill_worker(self) -> None:
        """Kill the worker and its pool with -9, and start another."""
        worker = self._processes["worker"]
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(timeout=10)
        self.start_worker()

    def stop_worker(self) -> None:
        """Stop the worker for good, until `start_worker`."""
        worker = self._processes["worker"]
        os.killpg(worker.pid, signal.SIGTERM)
        worker.wait(timeout=30)

    def wait_for_beat(self, *, seconds: float) -> None:
        """Let beat tick for `seconds`; it must be alive all the time."""
        time.sleep(seconds)
        assert self._processes["beat"].poll() is None

    def empty_redis(self) -> None:
        """FLUSHALL."""
        with Redis.from_url(self._redis.url) as redis:
            redis.flushall()

    def stop(self) -> None:
        """Stop everything; what hangs is killed."""
        for process in self._processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self._processes.values():
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(timeout=10)

    def log(self, name: str) -> str:
        """What a process has written."""
        return (self.folder / f"{name}.out").read_text()

    def _start(self, name: str, command: list[str], environment: object = None) -> subprocess.Popen[str]:
        with (self.folder / f"{name}.out").open("a") as log:
            self._processes[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=dict(environment or self._environment),  # type: ignore[call-overload]
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                text=True,
            )
        return self._processes[name]


@contextmanager
def running(folder: Path, **settings: object) -> Iterator[Running]:
    """Everything, for as long as the block lasts. Takes settings by their names in `moderation.env`."""
    processes = Running(folder, **settings)
    try:
        processes.start()
        yield processes
    except BaseException:
        for log in folder.glob("*.out"):
            print(f"── the end of {log.name} ──\n{log.read_text()[-3000:]}")
        raise
    finally:
        processes.stop()


def eventually(condition: Callable[[], object], *, seconds: float, what: str) -> None:
    """Wait until `condition` holds. Fails after `seconds`."""
    ends_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends_at, f"{what}: not within {seconds:.0f} s."
        time.sleep(0.03)


def _database_url() -> str:
    """The test's own database, as an address."""
    to = connection.settings_dict
    login = f"{to['USER']}:{to['PASSWORD']}" if to["PASSWORD"] else to["USER"]
    return f"postgres://{login}@{to['HOST']}:{to['PORT']}/{to['NAME']}"
