"""Whether each part that the product needs is alive: one function per part, `ok` or a few words on what is wrong."""

from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection

from common import clock
from moderation.celery import app

OK = "ok"
HEARTBEAT = "moderation:heartbeat"
HEARTBEAT_KEPT_SECONDS = 15  # beat sends one every 2 s
ANSWER_SECONDS = 2.0
PING_SECONDS = 0.5


def beat_the_heart() -> None:
    """Leave the present instant where `pulse` finds it: beat sent this, and a worker ran it."""
    cache.set(HEARTBEAT, clock.now().isoformat(), timeout=HEARTBEAT_KEPT_SECONDS)


def vitals() -> dict[str, str]:
    """Each part's name and `ok` or what is wrong, in the order in which one needs the other."""
    found = {"database": database(), "redis": redis()}
    found |= pulse() if found["redis"] == OK else dict.fromkeys(("worker", "beat"), "unknown without redis")
    if settings.CASELOAD["SIMULATOR_URL"]:
        found["simulator"] = simulator()
    return found


def database() -> str:
    """Whether PostgreSQL answers a query."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "no answer"
    return OK


def redis() -> str:
    """Whether Redis answers."""
    return _answers(lambda: cache.get(HEARTBEAT))


def pulse() -> dict[str, str]:
    """Worker and beat. A fresh heartbeat speaks for both; without one, the workers are asked, to tell who it is."""
    age = heartbeat_age()
    if age is not None and age < timedelta(seconds=HEARTBEAT_KEPT_SECONDS):
        return {"worker": OK, "beat": OK}
    if workers():
        return {"worker": OK, "beat": "no heartbeat"}
    return {"worker": "no answer", "beat": "unknown without a worker"}


def heartbeat_age() -> timedelta | None:
    """How long ago the last heartbeat was, or None when none is remembered."""
    at = cache.get(HEARTBEAT)
    return clock.now() - datetime.fromisoformat(at) if at else None


def workers(*, timeout_seconds: float = PING_SECONDS) -> list[str]:
    """The names of the Celery workers that answer within the time; none when the broker doesn't."""
    try:
        answers = app.control.ping(timeout=timeout_seconds)
    except Exception:  # whatever the broker's library raises while it is away
        return []
    return sorted(name for answer in answers or [] for name in answer)


def simulator() -> str:
    """Whether the simulated platform answers."""
    return _answers(
        lambda: httpx.get(f"{settings.CASELOAD['SIMULATOR_URL']}/stats", timeout=ANSWER_SECONDS).raise_for_status()
    )


def _answers(ask: Callable[[], object]) -> str:
    try:
        ask()
    except Exception:  # whatever the client's library raises: no answer is no answer
        return "no answer"
    return OK
