"""What a new installation starts with: policies and queues, as data."""

import tomllib
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


def starter_policies() -> list[dict[str, Any]]:
    """The starter policies, in the order people see them; keys are fields of `reviews.models.Policy`."""
    return _read("policies.toml", "policy")


def starter_queues() -> list[dict[str, Any]]:
    """The starter queues, in the order people see them; `policies` holds codes."""
    return _read("queues.toml", "queue")


def _read(name: str, table: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads((_HERE / name).read_text("utf-8"))[table]
    return [row | {"position": position} for position, row in enumerate(rows, 1)]
