"""The schedule and every nudge name tasks that exist."""

import re

from moderation.celery import app
from tests.architecture.doors import PACKAGES, ROOT, tasks


def test_the_schedule_names_tasks_that_exist() -> None:
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(tasks())


def test_every_nudge_names_a_task_that_exists() -> None:
    sources = [file.read_text() for package in PACKAGES for file in (ROOT / package).rglob("*.py")]
    named = {name for source in sources for name in re.findall(r'enqueue\(\s*"([\w.]+)"', source)}
    assert named
    assert named <= set(tasks())


def test_every_task_is_nudged_or_scheduled() -> None:
    sources = "".join(file.read_text() for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    assert [name for name in tasks() if f'"{name}"' not in sources] == []
