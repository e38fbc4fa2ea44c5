"""The `.venv`: when it counts as finished, and what is said where it can't be made."""

import ast
import importlib.util
import json
import os
import platform
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from moderation.launcher import bootstrap
from moderation.launcher.bootstrap import ROOT, Refusal
from moderation.launcher.locking import UseLock


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree with both locks and an empty `.venv` that has a Python."""
    (tmp_path / "requirements.txt").write_text("django==5.2\n")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "requirements.txt").write_text("django==5.2\npytest==9\n")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to("/bin/sh")
    return tmp_path


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What an installation would have run."""
    seen: list[list[str]] = []
    monkeypatch.setenv(bootstrap.INSTALL_SECONDS, "")  # so that what is written into it is taken back
    monkeypatch.setattr(bootstrap, "_run", lambda command, root, each_line: seen.append(list(command)))
    return seen


def test_an_unmarked_venv_is_not_complete(tree: Path) -> None:
    assert not bootstrap.is_complete(tree, "runtime")


def test_the_development_packages_include_the_runtime(tree: Path) -> None:
    bootstrap.write_mark(tree, "development")
    assert bootstrap.is_complete(tree, "runtime")
    assert bootstrap.is_complete(tree, "development")


def test_the_runtime_does_not_include_the_development_packages(tree: Path) -> None:
    bootstrap.write_mark(tree, "runtime")
    assert bootstrap.is_complete(tree, "runtime")
    assert not bootstrap.is_complete(tree, "development")


def test_a_changed_lock_undoes_the_mark(tree: Path) -> None:
    bootstrap.write_mark(tree, "runtime")
    (tree / "requirements.txt").write_text("django==5.2.1\n")
    assert not bootstrap.is_complete(tree, "runtime")


def test_another_python_undoes_the_mark(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bootstrap.write_mark(tree, "runtime")
    monkeypatch.setattr(bootstrap, "base_python", lambda: "/usr/bin/another-python")
    assert not bootstrap.is_complete(tree, "runtime")


def test_a_mark_without_a_python_is_not_complete(tree: Path) -> None:
    bootstrap.write_mark(tree, "runtime")
    (tree / ".venv" / "bin" / "python").unlink()
    assert not bootstrap.is_complete(tree, "runtime")


@pytest.mark.parametrize("text", ["", "{", "[]", "null"])
def test_a_broken_mark_is_none(tree: Path, text: str) -> None:
    (tree / ".venv" / bootstrap.MARK).write_text(text)
    assert not bootstrap.is_complete(tree, "runtime")


def test_adding_the_development_packages_keeps_the_venv(tree: Path, commands: list[list[str]]) -> None:
    bootstrap.write_mark(tree, "runtime")
    (tree / ".venv" / "kept").touch()
    bootstrap.install(tree, "development")
    assert (tree / ".venv" / "kept").exists()
    assert [command[-1] for command in commands] == ["tests/requirements.txt"]
    assert bootstrap.is_complete(tree, "development")


@pytest.mark.usefixtures("commands")
def test_the_process_that_follows_an_installation_learns_how_long_it_took(tree: Path) -> None:
    bootstrap.install(tree, "runtime")
    assert os.environ[bootstrap.INSTALL_SECONDS] == "0"


def test_an_unmarked_venv_is_built_from_nothing(tree: Path, commands: list[list[str]]) -> None:
    (tree / ".venv" / "half").touch()
    bootstrap.install(tree, "runtime")
    assert not (tree / ".venv" / "half").exists()
    assert "ensurepip" in commands[0]
    assert {"--no-user", "--require-hashes", "--only-binary"} <= set(commands[1])


def test_a_failed_installation_leaves_no_mark(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise Refusal("no network")

    bootstrap.write_mark(tree, "runtime")
    monkeypatch.setattr(bootstrap, "_run", fail)
    with pytest.raises(Refusal, match="no network"):
        bootstrap.install(tree, "development")
    assert not bootstrap.is_complete(tree, "runtime")


def test_a_linked_venv_is_never_changed(tree: Path, tmp_path: Path, commands: list[list[str]]) -> None:
    linked = tmp_path / "copy"
    linked.mkdir()
    (linked / ".venv").symlink_to(tree / ".venv")
    with pytest.raises(Refusal, match="is a link"):
        bootstrap.install(linked, "runtime")
    assert commands == []


@pytest.fixture
def demo_runs(tree: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A demo uses the tree's `.venv`; what is done about signals stays undone."""
    monkeypatch.setattr(bootstrap.signal, "signal", lambda number, action: None)
    (tree / "var" / "run").mkdir(parents=True)
    lock = UseLock(tree / "var" / "run" / "demo.lock")
    lock.acquire("a demo")
    yield
    lock.release()


@pytest.mark.usefixtures("demo_runs")
def test_the_development_packages_are_added_under_a_running_demo(tree: Path, commands: list[list[str]]) -> None:
    bootstrap.write_mark(tree, "runtime")
    bootstrap.ensure(tree, "development", ["manage.py", "test"])
    assert [command[-1] for command in commands] == ["tests/requirements.txt"]
    assert bootstrap.is_complete(tree, "development")


@pytest.mark.usefixtures("demo_runs")
def test_what_a_running_demo_runs_on_is_not_rebuilt(tree: Path, commands: list[list[str]]) -> None:
    bootstrap.write_mark(tree, "runtime")
    (tree / "requirements.txt").write_text("django==5.2.1\n")
    with pytest.raises(Refusal, match=rf"a demo \(process {os.getpid()}\) runs on them: stop it with Ctrl-C"):
        bootstrap.ensure(tree, "development", ["manage.py", "test"])
    assert commands == []


def test_both_locks_pin_the_runtimes_packages_alike() -> None:
    locks = (ROOT / lock for lock in bootstrap.LOCKS.values())
    runtime, development = (dict(re.findall(r"^(\S+)==(\S+)", lock.read_text(), re.MULTILINE)) for lock in locks)
    assert len(runtime) > 50
    assert {name: development.get(name) for name in runtime} == runtime


def test_pip_failing_shows_its_last_lines(tree: Path) -> None:
    with pytest.raises(Refusal, match=r"(?s)no such wheel.*Nothing half-done will be used"):
        bootstrap._run(["/bin/sh", "-c", "echo no such wheel; exit 1"], tree, lambda line: None)
    assert "no such wheel" in (tree / "var" / "log" / "install.log").read_text()


def test_settings_that_would_redirect_pip_are_dropped(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    monkeypatch.setenv("PIP_INDEX_URL", "https://example.org/simple")
    lines: list[str] = []
    bootstrap._run(["/bin/sh", "-c", 'echo "$PIP_TARGET|$PIP_INDEX_URL"'], tree, lines.append)
    assert lines == ["|https://example.org/simple\n"]


def test_no_ensurepip_names_the_package(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(Refusal, match=r"apt install python3\.\d+-venv"):
        bootstrap.refuse_where_it_cannot_work(tree)


def test_intel_macs_and_musl_are_refused_in_words(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(Refusal, match="musl"):
        bootstrap.refuse_where_it_cannot_work(tree)
    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    with pytest.raises(Refusal, match="Intel"):
        bootstrap.refuse_where_it_cannot_work(tree)


def test_a_tree_of_somebody_else_is_refused_by_name(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: os.stat(tree).st_uid + 1)
    with pytest.raises(Refusal, match="belongs to"):
        bootstrap.refuse_where_it_cannot_work(tree)


def test_manage_py_can_be_read_by_old_pythons() -> None:
    source = (ROOT / "manage.py").read_text()
    tree = ast.parse(source, feature_version=(3, 4))
    newer = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.FunctionDef)  # f-strings, annotations
    assert not [node for node in ast.walk(tree) if isinstance(node, newer)]
    assert source.isascii()  # without a coding line, Python 2 reads nothing else


def test_bootstrap_needs_only_the_standard_library() -> None:
    tree = ast.parse(Path(bootstrap.__file__).read_text())
    imports = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    froms = {node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    assert imports | froms <= set(bootstrap.sys.stdlib_module_names)


def test_the_mark_names_python_and_each_lock(tree: Path) -> None:
    bootstrap.write_mark(tree, "development")
    mark = json.loads((tree / ".venv" / bootstrap.MARK).read_text())
    assert set(mark) == {"python", "runtime", "development"}
