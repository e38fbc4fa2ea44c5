"""Every write path leaves its entry in the log. One that is in no table fails here, and so does one that is silent."""

import re
from collections.abc import Iterator

import pytest
from django.db import transaction

from audit.models import Entry
from audit.rules import declared
from takedowns import connectors
from takedowns.choices import Standing
from takedowns.connectors.base import Kind
from tests.architecture.doors import PACKAGES, ROOT, api_calls, commands, pages, tasks
from tests.architecture.pages import PAGES
from tests.architecture.world import World, a_world
from tests.architecture.write_paths import (
    ALL,
    CALL_WRITES,
    COMMAND_WRITES,
    LOOKS,
    PAGE_WRITES,
    SILENT,
    TASK_WRITES,
    Try,
)
from tests.takedowns.conftest import FakeConnector

SIGNING = {"page account_login", "page account_logout"}


def test_every_write_path_is_in_a_table() -> None:
    """What can write: a page with a form, a call that isn't a GET, a task, a command."""
    found = {f"page {page.name}" for page in pages() if PAGES[page.name].post}
    found |= {f"{call.method} {call.path}" for call in api_calls() if call.method != "GET"}
    found |= {f"task {name}" for name in tasks()} | {f"command {name}" for name in commands()}
    assert found | SIGNING | set(LOOKS) == set(ALL) | set(SILENT)
    assert set(ALL) & set(SILENT) == set()


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The world, on a platform that applies what it is sent, and says so when it is asked."""
    connector = FakeConnector(standing=Standing.SUSPENDED)
    monkeypatch.setitem(connectors.KINDS, "simulator", Kind(title="Simulator", build=lambda reach: connector))
    connectors.connector_for.cache_clear()
    yield a_world()
    connectors.connector_for.cache_clear()


@pytest.mark.parametrize("table", [PAGE_WRITES, CALL_WRITES, LOOKS], ids=["pages", "calls", "looks"])
def test_what_is_done_at_a_door_is_in_the_log(world: World, table: dict[str, tuple[Try, str]]) -> None:
    silent = []
    for name, (attempt, action) in table.items():
        with transaction.atomic():
            if action not in _recorded(world, attempt):
                silent.append(name)
            transaction.set_rollback(True)
    assert silent == []


@pytest.mark.parametrize("name", [*TASK_WRITES, *COMMAND_WRITES])
def test_what_runs_by_itself_or_at_the_shell_is_in_the_log(world: World, name: str) -> None:
    attempt, action = ALL[name]
    assert action in _recorded(world, attempt)


def _recorded(world: World, attempt: Try) -> set[str]:
    """The actions that an attempt adds to the log."""
    before = set(Entry.objects.values_list("pk", flat=True))
    attempt(world)
    return {entry.action for entry in Entry.objects.exclude(pk__in=before)}


def test_every_declared_action_is_used() -> None:
    """An action that nothing records would promise in the search what the log never holds."""
    files = [file for package in PACKAGES for file in (ROOT / package).rglob("*.py")]
    used = {
        name
        for file in files
        if file.name != "audit_actions.py"
        for name in re.findall(r"audit_actions\.([A-Z_]+)|\b([A-Z_]+)\b", file.read_text())
        for name in name
    }
    names = {
        code: name
        for file in files
        if file.name == "audit_actions.py"
        for name, code in re.findall(r'^([A-Z_]+) = declare\(\s*"([\w.]+)"', file.read_text(), re.MULTILINE)
    }
    assert set(names) == set(declared())
    assert [code for code, name in names.items() if name not in used] == []
