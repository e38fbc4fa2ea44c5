"""`manage.py demo`, for real: everything in a copy of the tree, killed in every way, and nothing left behind."""

import json
import os
import re
import signal
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from moderation.launcher.ports import free_port
from tests.launcher.family import descendants, eventually, living, needs_proc
from tests.launcher.running_demo import NAMES, RunningDemo, a_copy_of_the_tree, a_demo, all_are_new, manage

pytestmark = needs_proc


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    with a_copy_of_the_tree() as copy:
        yield copy


@pytest.fixture(scope="module")
def demo(root: Path) -> Iterator[RunningDemo]:
    with a_demo(root) as running:
        yield running


def test_it_says_where_it_is_and_who_may_sign_in(demo: RunningDemo) -> None:
    assert f"ready {demo.url}" in demo.lines
    simulator = demo.wait_for("simulator http://127.0.0.1:").removeprefix("simulator ")
    demo.wait_for("The logs are in")
    with urllib.request.urlopen(f"{simulator}/stats", timeout=5) as answer:
        assert answer.status == 200
    said = dict(match.groups() for line in demo.lines if (match := re.match(r"  (\w+) +(\S{19})$", line)))
    assert said == json.loads((demo.root / "var" / "passwords.json").read_text())


def test_healthz_names_every_part(demo: RunningDemo) -> None:
    with urllib.request.urlopen(f"{demo.url}/healthz", timeout=10) as answer:
        body = json.load(answer)
    assert body == {"status": "ok", "checks": dict.fromkeys(["database", "redis", "worker", "beat", "simulator"], "ok")}


def test_every_process_has_its_pid_file(demo: RunningDemo) -> None:
    pids = demo.pids()
    assert set(pids) == set(NAMES)
    assert set(pids.values()) <= descendants(demo.process.pid)


def test_a_second_demo_says_that_one_is_running_and_where(demo: RunningDemo) -> None:
    second = manage(demo.root, "demo")
    assert second.returncode == 1
    assert "A demo runs here already" in second.stdout
    assert demo.url in second.stdout


def test_a_busy_port_is_said_in_one_sentence(demo: RunningDemo) -> None:
    with a_copy_of_the_tree() as other:
        refused = manage(other, "demo", "--port", demo.url.rpartition(":")[2])
    assert refused.returncode == 1
    assert re.fullmatch(r"Port \d+ is in use by another program: choose another, .* --port \d+`\.\n", refused.stderr)


def test_other_commands_use_its_servers(demo: RunningDemo) -> None:
    report = json.loads(manage(demo.root, "doctor", "--json").stdout.splitlines()[-1])
    found = {finding["name"]: finding["ok"] for finding in report["findings"]}
    assert found["workers"]
    assert found["beat"]
    assert found["migrations"]


def test_whatever_dies_is_started_again(demo: RunningDemo) -> None:
    before = demo.pids()
    pools = descendants(before["worker"]) | descendants(before["web"])
    for name in ("worker", "beat", "web", "simulator", "redis", "postgres"):
        os.kill(before[name], signal.SIGKILL)
        demo.wait_for(f"{name} ended (killed by SIGKILL)", seconds=10)
    assert all_are_new(demo, before, NAMES)
    assert eventually(demo.is_healthy, seconds=40)
    assert living(pools) == set()


def test_however_it_ends_nothing_is_left_and_the_next_start_is_quick(root: Path, demo: RunningDemo) -> None:
    family = descendants(demo.process.pid)
    assert demo.end(signal.SIGTERM) == 0
    assert living(family) == set()
    assert demo.pids() == {}

    began = time.monotonic()
    with a_demo(root) as second:
        took = time.monotonic() - began
        family = descendants(second.process.pid)
        assert second.end(signal.SIGKILL) == -signal.SIGKILL
    assert len(family) > len(NAMES)
    assert took < 25  # under 8 s by itself; other tests share the processors here

    with a_demo(root) as healed:  # at once, while the others may still be on their way out
        assert healed.is_healthy()
        assert eventually(lambda: not living(family), seconds=10)
        family = descendants(healed.process.pid)
        assert healed.end(signal.SIGINT) == 0
    assert living(family) == set()


@pytest.mark.slow_launcher
@pytest.mark.parametrize("moment", ["Starting Postgres", "Migrating"])
def test_killed_during_the_first_start_it_heals(moment: str) -> None:
    with a_copy_of_the_tree() as fresh:
        interrupted = RunningDemo(fresh, free_port())
        interrupted.wait_for(moment)
        time.sleep(0.3)
        family = descendants(interrupted.process.pid)
        interrupted.end(signal.SIGKILL)
        with a_demo(fresh) as healed:
            assert healed.is_healthy()
        assert living(family) == set()
