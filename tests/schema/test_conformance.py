"""schemathesis against the running server: every operation, every check; no 5xx, no answer outside the document.

Ids, people and tokens of a small world stand in the document as examples, so that a part of the calls gets past 404.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.architecture.world import World
from tests.faults.running import ROOT

SEED = "20260302"
SHORT, LONG = "50", "2000"
# Checks that would call a right answer wrong, each with the reason. Everything else is on.
EXCLUDED = {
    "positive_data_acceptance": "a body of the right form still names a platform, a policy or a claim that does not "
    "exist: it is answered 4xx, and told so in the document; tests/api/test_examples.py sends what must be taken",
    "object_level_authorization": "needs a second key of the same scopes; tests/api/test_flags.py holds it",
}
# A bad record in bulk is answered 200, in its place: what was refused is told there, and tests/api/test_bad_input.py
# holds each refusal.
CONFIG = "\n".join(["[checks]", *(f"{name}.enabled = false" for name in EXCLUDED), ""])
CONFIG += "\n".join(
    f'[[operations]]\ninclude-name = "POST /api/v1/{name}/bulk"\n[operations.checks]\n'
    "negative_data_rejection.enabled = false\n"
    for name in ("flags", "accounts", "activity")
)


def test_no_answer_is_outside_the_document(world: World, server: str, tmp_path: Path) -> None:
    check(world, server, tmp_path, SHORT)


@pytest.mark.schema_long
def test_no_answer_is_outside_the_document_in_the_long_run(world: World, server: str, tmp_path: Path) -> None:
    check(world, server, tmp_path, LONG)


def check(world: World, server: str, folder: Path, examples: str) -> None:
    """Run schemathesis; what it says is the test's message when it finds something."""
    document = folder / "openapi.json"
    (folder / "schemathesis.toml").write_text(CONFIG)
    document.write_text(json.dumps(with_real_ids(world, dict(Client().get("/api/schema/").json()))))
    command = ["run", str(document), "--url", server, "--header", f"Authorization: Bearer {world.cast.key}"]
    command += ["--seed", SEED, "--max-examples", examples, "--workers", "2", "--no-shrink", "--continue-on-failure"]
    # how long an example takes to make says more about the machine than about us
    command += ["--no-color", "--warnings", "off", "--suppress-health-check", "too_slow"]
    found = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", *command],
        cwd=folder,
        env=os.environ | {"SCHEMATHESIS_HOOKS": "tests.schema.hooks", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    (folder / "report.txt").write_text(found.stdout + found.stderr)
    said = found.stdout[-20_000:] + found.stderr[-2_000:] + (folder / "web.log").read_text()[-5_000:]
    assert found.returncode == 0, said


def with_real_ids(world: World, document: dict[str, Any]) -> dict[str, Any]:
    """The document, its examples naming what is there."""
    for path, item in document["paths"].items():
        for told in item.values():
            for parameter in told.get("parameters", ()):
                if parameter["in"] == "path" and parameter["name"] in world.arguments:
                    parameter["examples"] = {"real": {"value": str(_argument(world, path, parameter["name"]))}}
            for content in told.get("requestBody", {}).get("content", {}).values():
                for shown in content.get("examples", {}).values():
                    if isinstance(shown["value"], dict) and "claim_token" in shown["value"]:
                        shown["value"]["claim_token"] = world.token
    return document


def _argument(world: World, path: str, name: str) -> Any:
    holding = ("/renew", "/release", "/skip", "/hold", "/escalate", "/decision")
    return world.held.pk if name == "case_id" and path.endswith(holding) else world.arguments[name]
