"""The house stands: floors, rooms, and the few laws that no linter knows."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

from tests.architecture.doors import PACKAGES, ROOT

FILES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
OURS = [file for file in FILES if "migrations" not in file.parts]
MOST_LINES = 400


def test_imports_only_run_downwards() -> None:
    ran = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_common_has_no_models() -> None:
    assert list(apps.get_app_config("common").get_models()) == []


def test_every_package_says_in_its_first_line_what_lives_there() -> None:
    for file in OURS:
        if file.read_text().strip():
            assert ast.get_docstring(ast.parse(file.read_text())), f"{file.relative_to(ROOT)} says nothing"


def test_no_file_is_too_long_to_read() -> None:
    long = {
        str(file.relative_to(ROOT)): count
        for file in OURS
        if (count := len(file.read_text().splitlines())) > MOST_LINES
    }
    assert long == {}


@pytest.mark.parametrize("law", ["post_save", "pre_save", "post_delete", "pre_delete", "m2m_changed", "Signal("])
def test_no_package_talks_by_signals(law: str) -> None:
    assert [str(file) for file in OURS if law in file.read_text()] == []


def test_only_one_place_reads_the_environment() -> None:
    """The launcher starts before settings exist; Celery and WSGI name the settings module."""
    allowed = {"moderation/env.py", "moderation/celery.py", "moderation/wsgi.py"}
    reading = {
        str(file.relative_to(ROOT))
        for file in OURS
        if "os.environ" in file.read_text() and "launcher" not in file.parts and "simulator" not in file.parts
    }
    assert reading <= allowed


def test_doors_never_catch_what_services_raise() -> None:
    """A door that catches a refusal answers it its own way. Those that must say why."""
    allowed = {"reviews/api/flags.py", "reviews/views/door.py", "common/commands.py"}
    doors = [file for file in OURS if {"api", "views", "tasks.py", "commands"} & set(file.relative_to(ROOT).parts)]
    catching = {
        str(file.relative_to(ROOT))
        for file in doors
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ExceptHandler) and node.type is not None and _names(node.type) & _DOMAIN_ERRORS
    }
    assert catching <= allowed


_DOMAIN_ERRORS = {"DomainError", "Invalid", "NotAllowed", "NotFound", "Conflict", "TooLarge", "Unavailable"}


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
