"""Children: kept running, ended in order, and never left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from moderation.launcher import leftovers
from moderation.launcher import supervisor as supervision
from moderation.launcher.bootstrap import ROOT, Refusal
from moderation.launcher.processes import KEPT_LOG_BYTES, Process, Program, rotate
from moderation.launcher.supervisor import Stopped, Supervisor
from tests.launcher.family import eventually, is_alive, needs_proc

pytestmark = needs_proc


def a_program(tmp_path: Path, script: str, *, name: str = "sleeper", grace_seconds: float = 1) -> Program:
    log = tmp_path / f"{name}.log"
    return Program(name, ["/bin/sh", "-c", script], log, dict(os.environ), grace_seconds=grace_seconds)


def test_what_ends_is_started_again_with_backoff_and_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    living: dict[str, int] = {}
    keeper = Supervisor(lambda now: living.update({name: process.pid for name, process in now.items()}))
    keeper.start(a_program(tmp_path, "sleep 60"))
    first = living["sleeper"]
    os.kill(first, signal.SIGKILL)
    try:
        keeper.wait_until(lambda: living["sleeper"] != first, "the sleeper", timeout_seconds=5)
        assert is_alive(living["sleeper"])
        assert "sleeper ended (killed by SIGKILL); it is started again in 0.5 s" in capsys.readouterr().out
    finally:
        keeper.stop()
    assert not is_alive(living["sleeper"])


def test_backoff_doubles_up_to_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(supervision, "say", said.append)
    monkeypatch.setattr(supervision, "FIRST_DELAY_SECONDS", 0.01)
    monkeypatch.setattr(supervision, "LONGEST_DELAY_SECONDS", 0.03)
    keeper = Supervisor()
    keeper.start(a_program(tmp_path, "exit 3"))
    with pytest.raises(Refusal, match="sleeper won't stay up"):
        keeper.wait_until(lambda: False, "the sleeper")
    delays = [line.split("again in ")[1] for line in said if "exit code 3" in line]
    assert delays == ["0.01 s", "0.02 s", "0.03 s", "0.03 s", "0.03 s"]


def test_stopping_kills_what_will_not_listen_and_its_children(tmp_path: Path) -> None:
    script = f"trap '' TERM; (trap '' TERM; sleep 60) & echo $! > {tmp_path}/child; while :; do sleep 1; done"
    process = Process(a_program(tmp_path, script, grace_seconds=0.3))
    assert eventually((tmp_path / "child").exists)
    assert eventually(lambda: (tmp_path / "child").read_text().strip())
    child = int((tmp_path / "child").read_text())
    process.stop()
    assert eventually(lambda: not is_alive(process.pid) and not is_alive(child), seconds=3)


def test_a_child_does_not_outlive_its_killed_parent(tmp_path: Path) -> None:
    script = f"""
import os, pathlib, time
from moderation.launcher.processes import Process, Program
process = Process(Program("sleeper", ["/bin/sleep", "60"], pathlib.Path({str(tmp_path / "log")!r}), dict(os.environ)))
print(process.pid, flush=True)
time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent.stdout:
        child = int(parent.stdout.readline())
    assert is_alive(child)
    parent.kill()
    parent.wait()
    assert eventually(lambda: not is_alive(child), seconds=3)


def test_being_asked_to_stop_ends_a_wait(tmp_path: Path) -> None:
    keeper = Supervisor()
    keeper.stop_signal = signal.SIGTERM
    with pytest.raises(Stopped):
        keeper.wait_until(lambda: False, "nothing")


def test_a_failing_command_shows_the_end_of_its_log(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"(?s)no such table.*sleeper failed"):
        Supervisor().run_to_end(a_program(tmp_path, "echo no such table; exit 1"))


def test_leftovers_are_ended_and_strangers_are_not(tmp_path: Path) -> None:
    ours, stranger = (Process(a_program(tmp_path, "exec sleep 60", name=name)) for name in ("web", "stranger"))
    known = {
        "web": [ours.pid, leftovers.started(ours.pid)],
        "worker": [stranger.pid, "started long before"],
        "beat": [2**22 + 1, "1"],
        "redis": "nonsense",
    }
    try:
        assert leftovers.end(known) == ["web"]
        assert not is_alive(ours.pid)
        assert is_alive(stranger.pid)
    finally:
        ours.stop()
        stranger.stop()


def test_a_large_log_is_cut_under_its_writer(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_bytes(b"x" * KEPT_LOG_BYTES)
    with log.open("ab") as writer:
        rotate(log)
        writer.write(b"after")
    assert log.read_bytes() == b"after"
    assert (tmp_path / "web.log.1").stat().st_size == KEPT_LOG_BYTES


def test_a_child_has_ended_when_it_was_stopped(tmp_path: Path) -> None:
    began = time.monotonic()
    process = Process(a_program(tmp_path, "exec sleep 60"))
    process.stop()
    assert process.exit_code == -signal.SIGTERM
    assert time.monotonic() - began < 1
