"""`manage.py doctor`: each finding with what to do about it."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command

from common import clock
from moderation import diagnosis, tasks, vitals

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vitals, "workers", lambda timeout_seconds=0: ["caseload@host"])
    tasks.heartbeat()


def test_servers_that_are_well_need_no_advice() -> None:
    findings = [
        diagnosis.database(),
        diagnosis.migrations(),
        diagnosis.redis(),
        diagnosis.workers(),
        diagnosis.heartbeat(),
    ]
    assert [finding.ok for finding in findings] == [True] * 5
    assert {finding.advice for finding in findings} == {""}


def test_every_bad_finding_says_what_to_do(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(vitals, "redis", lambda: "no answer")
    monkeypatch.setattr(vitals, "workers", lambda timeout_seconds=0: [])
    settings.SECRET_KEY, settings.DEBUG = "short", True
    settings.CASELOAD = settings.CASELOAD | {"SIMULATOR_URL": "http://127.0.0.1:9"}
    bad = [finding for finding in diagnosis.examine() if not finding.ok]
    assert {"secret key", "debug", "redis", "workers", "beat", "simulator"} <= {finding.name for finding in bad}
    assert all(finding.advice for finding in bad)


def test_without_a_worker_beat_is_unknown_and_the_workers_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.delete(vitals.HEARTBEAT)
    monkeypatch.setattr(vitals, "workers", lambda timeout_seconds=0: [])
    finding = diagnosis.heartbeat()
    assert (finding.ok, finding.advice) == (False, "See to the workers first.")


def test_a_beat_that_is_silent_is_to_be_started() -> None:
    cache.delete(vitals.HEARTBEAT)
    finding = diagnosis.heartbeat()
    assert (finding.ok, finding.detail) == (False, "no heartbeat")
    assert "celery -A moderation beat" in finding.advice


def test_an_old_postgresql_is_to_be_upgraded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "POSTGRES_AT_LEAST", 99)
    assert "Upgrade" in diagnosis.database().advice


def test_clocks_that_differ_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.moved(seconds=timedelta(minutes=5).total_seconds()):
        finding = diagnosis.host_clock()
    assert not finding.ok
    assert finding.detail.startswith(("299", "300"))


def test_migrations_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Missing:
        app_label, name = "reviews", "0099_more"

    monkeypatch.setattr(diagnosis.MigrationExecutor, "migration_plan", lambda self, targets: [(Missing, False)])
    finding = diagnosis.migrations()
    assert finding.detail == "1 not applied: reviews.0099_more"
    assert "migrate" in finding.advice


def test_json_is_one_object_on_the_last_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "moderation.management.commands.doctor.examine", lambda: [diagnosis.Finding("clock", True, "same")]
    )
    out = StringIO()
    call_command("doctor", "--json", stdout=out)
    assert json.loads(out.getvalue().splitlines()[-1]) == {
        "ok": True,
        "findings": [{"name": "clock", "ok": True, "detail": "same", "advice": ""}],
    }


def test_anything_bad_is_an_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    finding = diagnosis.Finding("clock", False, "apart", "Use NTP.")
    monkeypatch.setattr("moderation.management.commands.doctor.examine", lambda: [finding])
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", stdout=out)
    assert ended.value.code == 1
    assert "Use NTP." in out.getvalue()
