"""The launcher's small parts: locks, ports, passwords, marks, and which tests a suite means."""

import os
import re
import stat
from pathlib import Path

import pytest

from moderation.launcher import cli, commands, credentials, demo, ports, postgres, preparation, state, testing
from moderation.launcher.bootstrap import ROOT, Refusal
from moderation.launcher.layout import Layout, read_json, write_private
from moderation.launcher.locking import Held, UseLock, is_held


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout(tmp_path)
    layout.make()
    return layout


def test_a_lock_names_its_holder(layout: Layout) -> None:
    holder, other = UseLock(layout.lock), UseLock(layout.lock)
    holder.acquire("a demo")
    with pytest.raises(Held, match=f"a demo \\(process {os.getpid()}\\)"):
        other.acquire("a demo", patience_seconds=0.1)
    assert is_held(layout.lock)
    holder.release()
    assert not is_held(layout.lock)


def test_a_running_demos_servers_are_believed_only_while_its_lock_is_held(layout: Layout) -> None:
    write_private(layout.servers, {"environment": {"DATABASE_URL": "postgres://there"}})
    assert state.environment_of_running_demo(layout) == {}
    holder = UseLock(layout.lock)
    holder.acquire("a demo")
    assert state.environment_of_running_demo(layout) == {"DATABASE_URL": "postgres://there"}
    holder.release()


def test_what_the_environment_says_goes_before_the_running_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://mine")
    monkeypatch.setenv("REDIS_URL", "")
    merged = state.with_defaults({"DATABASE_URL": "postgres://theirs", "REDIS_URL": "redis://theirs"})
    assert (merged["DATABASE_URL"], merged["REDIS_URL"]) == ("postgres://mine", "redis://theirs")


def test_a_busy_port_is_said_and_another_proposed() -> None:
    with ports.listening_socket(0) as listener:
        busy = listener.getsockname()[1]
        with pytest.raises(Refusal, match=rf"Port {busy} is in use .* --port \d+"):
            demo._listener(busy)


@pytest.mark.parametrize(
    ("installing", "said"),
    [(0, "Ready after 37.6 s."), (66, "Ready after 104 s: 66 s to install, 38 s to start.")],
)
def test_a_first_start_counts_its_installation(installing: int, said: str) -> None:
    assert demo.in_words(37.6, installing) == said


def test_the_port_of_last_time_is_taken_when_it_is_free() -> None:
    port = ports.free_port()
    assert ports.free_port(port) == port
    with ports.listening_socket(port):
        assert ports.free_port(port) != port


@pytest.mark.parametrize("remembered", [None, "8000", 80, 70000, True])
def test_nonsense_is_no_port(remembered: object) -> None:
    assert 1024 <= ports.free_port(remembered) <= 65535


def test_passwords_are_made_once_and_are_private(layout: Layout) -> None:
    first = credentials.demo_passwords(layout)
    assert credentials.demo_passwords(layout) == first
    assert list(first) == ["moderator", "moderator2", "supervisor", "auditor", "administrator"]
    assert len(set(first.values())) == 5
    assert stat.S_IMODE(layout.passwords.stat().st_mode) == 0o600


def test_secrets_are_made_once_and_are_private(layout: Layout) -> None:
    first = credentials.server_secrets(layout)
    assert credentials.server_secrets(layout) == first
    assert len(first["secret_key"]) >= 50
    assert stat.S_IMODE(layout.secrets.stat().st_mode) == 0o600


def test_an_unreadable_file_is_an_empty_one(layout: Layout) -> None:
    layout.servers.write_text("{half")
    assert read_json(layout.servers) == {}


def test_a_fingerprint_follows_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.py").write_text("1")
    before = preparation.fingerprint(tmp_path, ["a/*.py"])
    (tmp_path / "a" / "other.txt").write_text("no match")
    assert preparation.fingerprint(tmp_path, ["a/*.py"]) == before
    (tmp_path / "a" / "one.py").rename(tmp_path / "a" / "two.py")
    assert preparation.fingerprint(tmp_path, ["a/*.py"]) != before


def test_a_pid_file_of_another_program_is_disarmed_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "postmaster.pid"
    file.write_text(f"{os.getpid()}\n/data\n1234\n")
    postgres.heal_pid_file(tmp_path)
    assert file.read_text() == f"{postgres.NO_PROCESS}\n/data\n1234\n"


def test_no_pid_file_needs_no_healing(tmp_path: Path) -> None:
    postgres.heal_pid_file(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_default_leaves_out_the_long_suites() -> None:
    command = testing.pytest_command([], processes=2)
    assert command == ["-m", "pytest", "-m", f"not ({testing.LONG})", "-n", "2", "--dist", "loadfile"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["all"], ["-m", "pytest"]),
        (["platforms"], ["-m", "pytest", "-m", "platforms"]),
        (["faults", "-x"], ["-m", "pytest", "-m", "faults or faults_long", "-x"]),
        (["-m", "browser"], ["-m", "pytest", "-m", "browser"]),
    ],
)
def test_a_suite_is_a_choice_of_marks(arguments: list[str], expected: list[str]) -> None:
    assert testing.pytest_command(arguments, processes=1) == expected


def test_without_a_demo_the_doctor_first_says_what_does_not_run() -> None:
    said = commands._announcement("doctor")
    assert said.startswith("No demo runs in this folder: start it with `python3 manage.py demo`.")
    assert all(name in said for name in ("web", "worker", "beat", "simulated platform"))


@pytest.mark.parametrize("typed", [[], ["help"], ["--help"], ["-h"], ["help", "demo"]])
def test_help_names_our_commands_alone(typed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["manage.py", *typed]) == 0
    assert capsys.readouterr().out == cli.USAGE


def test_every_command_of_ours_is_in_the_help() -> None:
    files = [path for path in ROOT.glob("*/management/commands/*.py") if path.stem != "__init__"]
    listed = "\n".join(line[:48] for line in cli.USAGE.splitlines() if line.startswith("  "))
    assert {path.stem for path in files} | set(cli.OURS) <= set(re.findall(r"\w+", listed))


def test_a_debugger_gets_the_only_process() -> None:
    assert "-n" not in testing.pytest_command(["--pdb"], processes=2)
