"""The tutorial is true: every block of docs/api.md is run against the running server, and answers as it shows."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.cast import a_client, a_person, a_platform, a_policy

pytestmark = pytest.mark.django_db(transaction=True)
BLOCK = re.compile(r"^```(sh|json|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def reader(live_server: Any, tmp_path: Path) -> dict[str, Any]:
    """Where a reader of the tutorial stands: in a folder of theirs, with a key."""
    a_platform()
    a_policy()
    a_person("moderator")
    scopes = [
        "flags:write",
        "flags:read",
        "accounts:write",
        "cases:read",
        "cases:write",
        "decisions:write",
        "batches:write",
    ]
    _, key = a_client("Tutorial", "automated", scopes=scopes, acts_for=["moderator"])
    return {"cwd": tmp_path, "env": os.environ | {"CASELOAD": f"{live_server.url}/api/v1", "KEY": key}}


@pytest.mark.skipif(shutil.which("curl") is None, reason="the tutorial's blocks are for curl, which is not installed")
def test_every_block_answers_as_it_is_shown(reader: dict[str, Any]) -> None:
    said, shown, ran = "", 0, 0
    for kind, text in BLOCK.findall((settings.BASE_DIR / "docs" / "api.md").read_text()):
        if kind == "json":
            assert like(json.loads(text), json.loads(said)), said
            shown += 1
        else:
            command = ["bash", "-euc", text] if kind == "sh" else [sys.executable, "-c", text]
            done = subprocess.run(command, **reader, capture_output=True, text=True, timeout=60, check=False)
            assert done.returncode == 0, done.stderr + done.stdout
            said, ran = done.stdout, ran + 1
    assert (ran, shown) == (7, 6)
    assert said.splitlines()[0].startswith("suspend pending until ")
    assert said.splitlines()[1:] == ["suspend", "3 of your flags are pending"]


def like(shown: Any, given: Any) -> bool:
    """Whether an answer is as it was shown; "…" stands for anything."""
    if shown == "…":
        return isinstance(given, str) and given != ""
    if isinstance(shown, dict):
        return isinstance(given, dict) and shown.keys() == given.keys() and all(like(shown[k], given[k]) for k in shown)
    if isinstance(shown, list):
        return isinstance(given, list) and len(shown) == len(given) and all(map(like, shown, given))
    return bool(shown == given)
