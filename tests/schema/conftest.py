"""The running server that the API's document is held against."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from moderation.launcher.ports import free_port
from tests.architecture.world import World, a_world
from tests.faults.running import ROOT, _database_url, eventually


@pytest.fixture
def world(transactional_db: None) -> World:
    return a_world()


@pytest.fixture
def server(world: World, tmp_path: Path) -> Iterator[str]:
    """gunicorn as `demo` starts it, on the test's own database.

    But it takes addresses of any length: beyond 4,094 bytes it would answer 414 by itself, unseen by our code.
    """
    port = free_port()
    command = ["gunicorn", "moderation.wsgi:application", "--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    options = ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--limit-request-line", "0"]
    with (tmp_path / "web.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command, *options],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": _database_url()},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: _answers(f"{url}/api/schema/"), seconds=30, what="gunicorn")
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=20) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
