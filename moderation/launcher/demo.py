"""`manage.py demo`: everything on one machine, kept running until it is told to stop."""

import argparse
import json
import os
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from functools import partial

from moderation.launcher import credentials, embedded, preparation, programs, state
from moderation.launcher.bootstrap import INSTALL_SECONDS, Refusal, refuse_where_it_cannot_work, say
from moderation.launcher.embedded import Folders
from moderation.launcher.layout import Layout, read_json, write_private
from moderation.launcher.locking import Held, UseLock
from moderation.launcher.ports import HOST, free_port, listening_socket
from moderation.launcher.postgres import Postgres
from moderation.launcher.redis_server import RedisServer
from moderation.launcher.supervisor import Stopped, Supervisor

DEFAULT_PORT = 8000
READY_SECONDS = 120.0
SAY_AGAIN_SECONDS = 10.0


def main(layout: Layout, arguments: Sequence[str]) -> int:
    """Run the demo with the command line's `arguments`. Returns the exit code; Ctrl-C and SIGTERM are a good end."""
    port = _parse(arguments)
    os.umask(0o022)
    refuse_where_it_cannot_work(layout.root)
    layout.make()
    lock = UseLock(layout.lock)
    try:
        lock.acquire("a demo")
    except Held as held:
        return _say_who_runs(layout, held)
    try:
        with _listener(port) as listener:
            return Demo(layout, listener).run()
    finally:
        lock.release()


def _parse(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="manage.py demo", description="Everything on this machine, with sample accounts."
    )
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help=f"of the pages (default {DEFAULT_PORT})")
    port: int = parser.parse_args(arguments).port
    if not 0 < port < 65536:
        raise Refusal(f"{port} is no port: give one between 1 and 65535.")
    return port


def _say_who_runs(layout: Layout, held: Held) -> int:
    where = read_json(layout.servers).get("web")
    if held.holder.startswith("a demo"):
        say(f"A demo runs here already: {held.holder}, {f'at {where}' if where else 'about to be ready'}.")
    else:
        say(f"The servers in this folder are in use by {held.holder}: start the demo when it has ended.")
    return 1


def _listener(port: int) -> socket.socket:
    try:
        return listening_socket(port)
    except PermissionError:
        raise Refusal(f"Port {port} needs more rights than you have: choose one above 1023 with --port.") from None
    except OSError:
        raise Refusal(
            f"Port {port} is in use by another program: choose another, for example"
            f" `python3 manage.py demo --port {free_port(port + 1)}`."
        ) from None


class Demo:
    """One run of the demo, from its first process to its last. `listener` is the socket for the pages."""

    def __init__(self, layout: Layout, listener: socket.socket) -> None:
        self.layout = layout
        self.listener = listener
        self.web = f"http://{HOST}:{listener.getsockname()[1]}"
        self.remembered = read_json(layout.servers)
        self.supervisor = Supervisor(partial(state.record_processes, layout))

    def run(self) -> int:
        """Start everything, say where it is, keep it running, and end it."""
        began, installing = time.monotonic(), int(os.environ.pop(INSTALL_SECONDS, 0))
        self.supervisor.listen_for_signals()
        state.end_leftovers(self.layout)
        try:
            self._start()
            self._wait_until_healthy()
            self._greet(time.monotonic() - began, installing)
            self.supervisor.run()
        except Stopped:
            say("Stopping")
        finally:
            self.supervisor.stop(last=embedded.NAMES)
            state.forget_environment(self.layout, keep=("ports",))
        say("Stopped")
        return 0

    def _start(self) -> None:
        """The servers, the database's content, then our own four programs at once."""
        postgres, redis = self._servers()
        environment = self._environment(postgres, redis)
        mark = postgres.place.home / "prepared.json" if postgres is not None else None
        credentials.demo_passwords(self.layout)
        preparation.migrate(self.supervisor, self.layout, environment, mark)
        preparation.load_sample(self.supervisor, self.layout, environment, mark)
        for schedule in self.layout.run.glob("beat-schedule*"):
            schedule.unlink()
        say("Starting web, worker, beat and the simulated platform")
        self.supervisor.start(programs.simulator(self.layout, environment, self.ports["simulator"]))
        self.supervisor.start(programs.worker(self.layout, environment))
        self.supervisor.start(programs.beat(self.layout, environment))
        self.supervisor.start(programs.web(self.layout, environment, self.listener.fileno()))

    def _servers(self) -> tuple[Postgres | None, RedisServer | None]:
        """Our own servers, running, for whichever isn't given in the environment; on the ports they had last time."""
        known = self.remembered.get("ports")
        before: dict[str, object] = known if isinstance(known, dict) else {}
        secrets = credentials.server_secrets(self.layout)
        folders = Folders(self.layout.var / "postgres", self.layout.run, self.layout.logs)
        postgres = redis = None
        if not os.environ.get("DATABASE_URL"):
            postgres = embedded.postgres_in(folders, secrets["postgres"], port=before.get("postgres"))
        if not os.environ.get("REDIS_URL"):
            redis = embedded.redis_in(folders, secrets["redis"], port=before.get("redis"))
        servers = [server for server in (postgres, redis) if server is not None]
        self.ports = {"simulator": free_port(before.get("simulator"))}
        self.ports |= {server.program.name: server.port for server in servers}
        if servers:
            say(f"Starting {' and '.join(type(server).__name__.removesuffix('Server') for server in servers)}")
            embedded.start(self.supervisor, *servers)
        return postgres, redis

    def _environment(self, postgres: Postgres | None, redis: RedisServer | None) -> dict[str, str]:
        """What our programs read, also left for other commands in this folder."""
        kept_key = credentials.server_secrets(self.layout)["secret_key"]
        own = {
            "CASELOAD_SECRET_KEY": os.environ.get("CASELOAD_SECRET_KEY") or kept_key,
            "CASELOAD_SIMULATOR_URL": f"http://{HOST}:{self.ports['simulator']}",
            "DATABASE_URL": postgres.url if postgres is not None else os.environ["DATABASE_URL"],
            "REDIS_URL": redis.url if redis is not None else os.environ["REDIS_URL"],
            "DJANGO_SETTINGS_MODULE": "moderation.settings",
        }
        self.simulator = own["CASELOAD_SIMULATOR_URL"]
        about = {"web": self.web, "simulator": self.simulator, "ports": self.ports, "environment": own}
        write_private(self.layout.servers, about)
        return {**os.environ, **own, "PYTHONUNBUFFERED": "1"}

    def _wait_until_healthy(self) -> None:
        """Wait for /healthz to answer 200; from time to time say what is missing. Raises Refusal after two minutes."""
        health = HealthPoll(f"{self.web}/healthz")
        self.supervisor.wait_until(health.is_ok, "The demo", timeout_seconds=READY_SECONDS)

    def _greet(self, starting: float, installing: int) -> None:
        say(f"ready {self.web}")
        say(f"simulator {self.simulator}")
        say(f"\n{in_words(starting, installing)} Sign in as one of:\n")
        passwords = credentials.demo_passwords(self.layout)
        width = max(map(len, passwords))
        for username, password in passwords.items():
            say(f"  {username:<{width}}  {password}")
        say(f"\nThe logs are in {self.layout.logs}. Ctrl-C stops everything.")


def in_words(starting: float, installing: int) -> str:
    """How long it took until all was ready, from seconds; of a first start, with its installation."""
    if not installing:
        return f"Ready after {starting:.1f} s."
    return f"Ready after {installing + starting:.0f} s: {installing} s to install, {starting:.0f} s to start."


class HealthPoll:
    """Asks /healthz, with a pause between, and says now and then what it complains of."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.ask_at = 0.0
        self.said_at = time.monotonic()

    def is_ok(self) -> bool:
        """Whether it answered 200 just now."""
        if time.monotonic() < self.ask_at:
            return False
        self.ask_at = time.monotonic() + 0.2
        try:
            urllib.request.urlopen(self.url, timeout=2).close()
        except urllib.error.HTTPError as answer:
            self._say(_complaints(answer.read()))
            return False
        except OSError:
            self._say("web")
            return False
        return True

    def _say(self, missing: str) -> None:
        if time.monotonic() - self.said_at > SAY_AGAIN_SECONDS:
            self.said_at = time.monotonic()
            say(f"Still waiting for: {missing}")


def _complaints(body: bytes) -> str:
    """The names of the checks that failed, from /healthz's answer."""
    try:
        checks = json.loads(body)["checks"]
        return ", ".join(name for name, result in checks.items() if result != "ok")
    except (ValueError, KeyError, TypeError, AttributeError):
        return "web"
