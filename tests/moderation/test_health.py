"""/healthz: 200 while every part answers, else 503 and which one doesn't."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import DatabaseError
from django.test import Client

from common import clock
from moderation import tasks, vitals


@pytest.fixture(autouse=True)
def _no_heartbeat_yet() -> None:
    cache.delete(vitals.HEARTBEAT)


def test_a_heartbeat_speaks_for_worker_and_beat() -> None:
    tasks.heartbeat()
    assert vitals.pulse() == {"worker": "ok", "beat": "ok"}


def test_an_old_heartbeat_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vitals, "workers", list)
    with clock.moved(seconds=-60):
        cache.set(vitals.HEARTBEAT, clock.now().isoformat())
    assert vitals.heartbeat_age() > timedelta(seconds=59)
    assert vitals.pulse()["worker"] == "no answer"


def test_without_a_heartbeat_a_worker_that_answers_points_at_beat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vitals, "workers", lambda: ["caseload@host"])
    assert vitals.pulse() == {"worker": "ok", "beat": "no heartbeat"}


@pytest.mark.django_db
def test_all_well_is_200_without_a_sign_in(client: Client) -> None:
    tasks.heartbeat()
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_a_missing_worker_is_503_and_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vitals, "workers", list)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["worker"] == "no answer"
    assert answer.json()["checks"]["database"] == "ok"


def test_a_missing_database_is_503_and_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise DatabaseError("connection refused")

    monkeypatch.setattr(vitals.connection, "cursor", refuse)
    tasks.heartbeat()
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == "no answer"


def test_without_redis_worker_and_beat_are_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vitals, "redis", lambda: "no answer")
    monkeypatch.setattr(vitals, "database", lambda: "ok")
    found = vitals.vitals()
    assert (found["worker"], found["beat"]) == ("unknown without redis", "unknown without redis")


def test_a_simulator_that_is_gone_is_named(settings: Any) -> None:
    settings.CASELOAD = settings.CASELOAD | {"SIMULATOR_URL": "http://127.0.0.1:9"}
    assert vitals.simulator() == "no answer"
