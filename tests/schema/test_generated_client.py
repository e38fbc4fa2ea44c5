"""The typed client that docs/api.md tells how to make: whole, strictly typed, and true to the running server."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from django.conf import settings

from tests.architecture.world import World

PROGRAM = Path(__file__).with_name("client_program.py")
EACH = {"sync", "sync_detailed", "asyncio", "asyncio_detailed"}
SECTION = re.compile(r"^## A typed client\n(.*?)^## ", re.MULTILINE | re.DOTALL)
BULK = {f"POST /api/v1/{name}/bulk" for name in ("accounts", "activity", "flags")}


def test_the_client_of_the_tutorial_has_every_call_is_typed_and_works(
    world: World, server: str, tmp_path: Path
) -> None:
    run = Runs(tmp_path, CASELOAD=f"{server}/api/v1", KEY=world.cast.key)
    (tmp_path / "patient.yaml").write_text("http_timeout: 60\n")
    said = run("bash", "-euc", f"{told('bash')} --config patient.yaml")
    assert set(re.findall(r"^(?:WARNING|ERROR) parsing (.*) within", said, re.MULTILINE)) == BULK
    assert said.count("Unsupported content type application/x-ndjson") == len(BULK)

    package = tmp_path / "caseload-client" / "caseload_client"
    with urlopen(f"{server}/api/schema/", timeout=60) as answer:
        assert calls_in(package) == operations_in(json.load(answer))

    shutil.copy(PROGRAM, tmp_path)
    (tmp_path / "tutorial.py").write_text(told("py"))
    programs = [PROGRAM.name, "tutorial.py"]
    run(sys.executable, "-m", "mypy", "--strict", "--config-file=", str(package), *programs)
    assert [run(sys.executable, program).splitlines() for program in programs] == [["done"], ["open", "invalid"]]


class Runs:
    """Runs commands in a folder as somebody who has the client there. Each must succeed; what it says is returned."""

    def __init__(self, folder: Path, **environment: str) -> None:
        tools = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        self._how: dict[str, Any] = {
            "cwd": folder,
            "env": os.environ | {"PATH": tools, "PYTHONPATH": str(folder / "caseload-client")} | environment,
        }

    def __call__(self, *command: str) -> str:
        done = subprocess.run(command, **self._how, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr


def told(kind: str) -> str:
    """The section's block of this kind."""
    section = SECTION.search((settings.BASE_DIR / "docs" / "api.md").read_text())
    assert section is not None
    [block] = re.findall(rf"^```{kind}\n(.*?)\n^```$", section[1], re.MULTILINE | re.DOTALL)
    return str(block)


def calls_in(package: Path) -> dict[str, str]:
    """The folder of each call's module, by the call's name. Each must have its functions."""
    found = {}
    for module in (package / "api").glob("*/[a-z]*.py"):
        assert set(re.findall(r"^(?:async )?def ([a-z]\w+)", module.read_text(), re.MULTILINE)) == EACH, module
        found[module.stem] = module.parent.name
    return found


def operations_in(document: dict[str, Any]) -> dict[str, str]:
    """The tag of each operation, as a folder is called, by its id."""
    told_of = [told for item in document["paths"].values() for told in item.values()]
    return {told["operationId"]: told["tags"][0].replace(" ", "_") for told in told_of}
