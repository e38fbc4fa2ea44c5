"""Fixtures for all tests. Builders without fixtures stand in `tests.cast`."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase

from common import clock, jobs
from tests.cast import Cast, a_cast

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LONGEST_FIRST = (
    "launcher/test_demo.py",
    "schema/test_conformance.py",
    "browser/test_every_page.py",
    "browser/test_hostile_texts.py",
    "architecture/test_pages_by_role.py",
    "insights/test_recount.py",
    "moderation/test_load_sample.py",
    "reviews/test_reference.py",
    "faults/test_statistics.py",
    "faults/test_intake.py",
)
Nudge = tuple[str, tuple[str | int, ...]]


def pytest_configure() -> None:
    """A password hash that is slow on purpose would cost a third of a second per person of the cast. How long an
    example takes says more about the machine than about us."""
    hypothesis.settings.register_profile("untimed", deadline=None)
    hypothesis.settings.load_profile("untimed")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Every test client builds the middleware anew, and with it the list of all static files, for a tenth of a second.
    settings.WHITENOISE_USE_FINDERS = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files begin first, so that no process is left alone with one at the end."""
    place = {f"tests/{path}": number for number, path in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(place)))


@pytest.fixture(scope="session", autouse=True)
def _flush_past_the_triggers() -> Iterator[None]:
    """Tests with `transaction=True` end with a TRUNCATE, which append-only tables refuse: they let that one through."""
    flush = TransactionTestCase._fixture_teardown

    def flush_all(test: TransactionTestCase) -> None:
        _wait_for_stragglers()
        with append_only_switched_off():
            flush(test)

    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", flush_all)
    yield
    patch.undo()


def _wait_for_stragglers() -> None:
    """A page that is closed sends its last words: a TRUNCATE that meets them in the live server is a deadlock."""
    for _ in range(100):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND state <> 'idle'"
            )
            (busy,) = cursor.fetchone()
        if not busy:
            return
        time.sleep(0.05)


@contextmanager
def append_only_switched_off() -> Iterator[None]:
    """Inside the block, triggers that are enabled ALWAYS don't fire. For the end of a test only, never inside one."""
    found = _always_triggers()
    _alter(found, "DISABLE TRIGGER")
    try:
        yield
    finally:
        _alter(found, "ENABLE ALWAYS TRIGGER")


def _always_triggers() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgenabled = 'A' ORDER BY 1, 2")
        return cursor.fetchall()


def _alter(triggers: list[tuple[str, str]], how: str) -> None:
    with connection.cursor() as cursor:
        for table, name in triggers:
            cursor.execute(f"ALTER TABLE {table} {how} {name}")


@pytest.fixture(autouse=True)
def nudges(monkeypatch: pytest.MonkeyPatch) -> list[Nudge]:
    """What would have been sent to Celery after a commit: (task, arguments), oldest first. Nothing is sent."""
    sent: list[Nudge] = []
    monkeypatch.setattr(jobs, "_send", lambda path, args: sent.append((path, args)))
    return sent


@pytest.fixture
def frozen_clock() -> Iterator[datetime]:
    """The clock stands still at NOON; `clock.moved(minutes=5)` moves it from there."""
    with clock.frozen(NOON):
        yield NOON


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast, in the database."""
    return a_cast()
