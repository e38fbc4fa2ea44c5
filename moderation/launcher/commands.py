"""Every management command but `demo`, `test` and `bench`: which servers it talks to, and Django's part."""

import os
import signal
from collections.abc import Sequence
from functools import partial
from types import FrameType
from typing import NoReturn

from django.core.management import execute_from_command_line

from moderation.env import BadEnvironment
from moderation.launcher import credentials, embedded, preparation, state
from moderation.launcher.bootstrap import Refusal, refuse_where_it_cannot_work, say
from moderation.launcher.embedded import Folders
from moderation.launcher.layout import Layout
from moderation.launcher.locking import Held, UseLock
from moderation.launcher.supervisor import Supervisor

SERVERLESS = {
    "help", "check", "version", "diffsettings", "collectstatic", "makemessages", "compilemessages",
    "spectacular", "startapp",
}  # fmt: skip
MIGRATES_ITSELF = {"migrate", "makemigrations", "showmigrations", "sqlmigrate", "optimizemigration", "squashmigrations"}
NOWHERE = {
    "DATABASE_URL": "postgres://nobody@127.0.0.1:9/nothing",
    "REDIS_URL": "redis://127.0.0.1:9/0",
    "CASELOAD_SECRET_KEY": "only for commands that neither sign nor serve anything",
}
PATIENCE_SECONDS = 30.0


def main(layout: Layout, argv: Sequence[str]) -> int:
    """Run one management command: on the servers the environment names, else a running demo's, else its own.

    Takes the whole command line. Returns the exit code; Django ends the process itself for most failures.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moderation.settings")
    command = argv[1] if len(argv) > 1 else "help"
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return _run(argv)
    running = state.environment_of_running_demo(layout)
    if running:
        os.environ.update(state.with_defaults(running))
    elif command in SERVERLESS or command.startswith("-") or {"-h", "--help"} & set(argv):
        os.environ.update(state.with_defaults(NOWHERE))
    else:
        return _run_on_own_servers(layout, argv)
    return _run(argv)


def _run(argv: Sequence[str]) -> int:
    try:
        execute_from_command_line(list(argv))
    except BadEnvironment as error:
        raise Refusal(str(error)) from None
    return 0


def _run_on_own_servers(layout: Layout, argv: Sequence[str]) -> int:
    """Start what the environment doesn't name for as long as the command takes, with the demo's data."""
    refuse_where_it_cannot_work(layout.root)
    layout.make()
    lock = UseLock(layout.lock)
    try:
        lock.acquire(f"`manage.py {argv[1]}`", patience_seconds=PATIENCE_SECONDS)
    except Held as held:
        raise Refusal(f"The servers in this folder are in use by {held.holder}: try again when it has ended.") from None
    supervisor = Supervisor(partial(state.record_processes, layout))
    signal.signal(signal.SIGTERM, _exit)
    signal.signal(signal.SIGHUP, _exit)
    try:
        state.end_leftovers(layout)
        os.environ.update(_start_servers(layout, supervisor, command=argv[1]))
        return _run(argv)
    except KeyboardInterrupt:
        return 130
    finally:
        supervisor.stop(last=embedded.NAMES)
        lock.release()


def _start_servers(layout: Layout, supervisor: Supervisor, *, command: str) -> dict[str, str]:
    """Start them and return the environment that leads to them; the database is migrated when `command` expects it."""
    secrets = credentials.server_secrets(layout)
    folders = Folders(layout.var / "postgres", layout.run, layout.logs)
    say(_announcement(command))
    found = {"CASELOAD_SECRET_KEY": secrets["secret_key"]}
    mark = None
    if not os.environ.get("DATABASE_URL"):
        postgres = embedded.postgres_in(folders, secrets["postgres"])
        embedded.start(supervisor, postgres)
        found["DATABASE_URL"] = postgres.url
        mark = postgres.place.home / "prepared.json"
    if not os.environ.get("REDIS_URL"):
        redis = embedded.redis_in(folders, secrets["redis"])
        embedded.start(supervisor, redis)
        found["REDIS_URL"] = redis.url
    environment = state.with_defaults(found)
    if mark is not None and command not in MIGRATES_ITSELF:
        preparation.migrate(supervisor, layout, environment, mark)
    return environment


def _announcement(command: str) -> str:
    """What is said before servers are started. Whoever asks the doctor wants to hear what else doesn't run."""
    if command != "doctor":
        return "No demo runs here: starting its servers for this command"
    return (
        "No demo runs in this folder: start it with `python3 manage.py demo`. Until then there is no web, no worker,\n"
        "no beat and no simulated platform; servers are started for this look alone."
    )


def _exit(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)
