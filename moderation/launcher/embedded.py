"""PostgreSQL and Redis of our own: built from one folder, and started together."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from moderation.launcher import postgres_place
from moderation.launcher.bootstrap import say
from moderation.launcher.ports import free_port
from moderation.launcher.postgres import Postgres
from moderation.launcher.redis_server import RedisServer, find_binary
from moderation.launcher.supervisor import Supervisor

NAMES = ("postgres", "redis")


@dataclass(frozen=True)
class Folders:
    """Where the servers' data, their passing files and their logs go."""

    postgres: Path
    run: Path
    logs: Path
    temporary: bool = False


def postgres_in(folders: Folders, password: str, *, port: object = None, durable: bool = True) -> Postgres:
    """The PostgreSQL of these folders, on `port` when it is free. Raises Refusal when it can't run here."""
    place = postgres_place.choose(folders.postgres, temporary=folders.temporary)
    return Postgres(place, free_port(port), password, folders.logs / "postgres.log", durable=durable)


def redis_in(folders: Folders, password: str, *, port: object = None) -> RedisServer:
    """The Redis of these folders, on `port` when it is free; says so where only an imitation is to be had."""
    binary = find_binary()
    if binary is None:
        say("There is no redis-server here, so fakeredis stands in for it: good enough to try, too slow to measure")
    return RedisServer(binary, free_port(port), password, folders.run / "redis.conf", folders.logs / "redis.log")


def start(supervisor: Supervisor, *servers: Postgres | RedisServer) -> None:
    """Prepare and run the servers, and wait until they answer. Raises Refusal."""
    for server in servers:
        server.prepare()
        supervisor.start(server.program)
    names = " and ".join(server.program.name for server in servers)
    supervisor.wait_until(lambda: all(server.is_ready() for server in servers), names, timeout_seconds=60)


@contextmanager
def both(
    supervisor: Supervisor, folders: Folders, passwords: Mapping[str, str], *, durable: bool = True
) -> Iterator[tuple[Postgres, RedisServer]]:
    """Both servers, for as long as the block lasts."""
    postgres = postgres_in(folders, passwords["postgres"], durable=durable)
    redis = redis_in(folders, passwords["redis"])
    try:
        start(supervisor, postgres, redis)
        yield postgres, redis
    finally:
        supervisor.stop(last=NAMES)
