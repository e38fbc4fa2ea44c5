"""Brings a database to what the tree expects: migrations, then the sample; and remembers it, so that a second start
needn't ask. What is remembered lies beside the data, and goes when the data goes."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from moderation.launcher import programs
from moderation.launcher.bootstrap import say
from moderation.launcher.layout import Layout, read_json, write_private
from moderation.launcher.supervisor import Supervisor

MIGRATIONS = ("*/migrations/*.py", "requirements.txt")
SAMPLE = (*MIGRATIONS, "*/sample/**/*", "*/management/commands/load_sample.py")


def migrate(supervisor: Supervisor, layout: Layout, environment: Mapping[str, str], mark: Path | None) -> None:
    """Apply the migrations, unless `mark` says that these files were. Raises Refusal with the reason."""
    _once(supervisor, layout, environment, mark, "migrate", MIGRATIONS, "migrate", "--no-input", "--verbosity", "1")


def load_sample(supervisor: Supervisor, layout: Layout, environment: Mapping[str, str], mark: Path | None) -> None:
    """Load the sample and the demo's people, unless `mark` says that these files were. Raises Refusal."""
    patterns = (*SAMPLE, str(layout.passwords.relative_to(layout.root)))
    arguments = ("load_sample", "--passwords", str(layout.passwords))
    _once(supervisor, layout, environment, mark, "load_sample", patterns, *arguments)


def _once(
    supervisor: Supervisor,
    layout: Layout,
    environment: Mapping[str, str],
    mark: Path | None,
    name: str,
    patterns: Iterable[str],
    *arguments: str,
) -> None:
    """Run a management command unless `mark` holds under `name` the hash of the files that it depends on."""
    done = read_json(mark) if mark is not None else {}
    wanted = fingerprint(layout.root, patterns)
    if done.get(name) == wanted:
        return
    say({"migrate": "Migrating the database", "load_sample": "Loading the sample accounts and flags"}[name])
    supervisor.run_to_end(programs.command(name, layout, environment, *arguments))
    if mark is not None:
        write_private(mark, done | {name: wanted})


def fingerprint(root: Path, patterns: Iterable[str]) -> str:
    """One hash over the names and contents of the files that match, whatever order the disk gives them in."""
    total = hashlib.sha256()
    for path in sorted({path for pattern in patterns for path in root.glob(pattern) if path.is_file()}):
        if "__pycache__" not in path.parts:
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            total.update(f"{path.relative_to(root)}\0{content}\n".encode())
    return total.hexdigest()
