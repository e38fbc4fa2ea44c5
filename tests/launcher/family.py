"""Looking at processes, for tests that count who is left."""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc, which only Linux has")


def parents() -> dict[int, int]:
    """Every living process and its parent; the dead who wait to be collected don't count."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            found[int(stat.parent.name)] = int(fields[1])
    return found


def descendants(ancestor: int) -> set[int]:
    """Everyone whom `ancestor` started, and whom they did."""
    tree, found, grown = parents(), {ancestor}, True
    while grown:
        grown = bool(more := {pid for pid, parent in tree.items() if parent in found} - found)
        found |= more
    return found - {ancestor}


def living(pids: Iterable[int]) -> set[int]:
    """Those of `pids` that still run."""
    return set(pids) & parents().keys()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return pid in parents()


def eventually(holds: Callable[[], object], *, seconds: float = 20) -> bool:
    """Whether `holds()` becomes true within the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.1)
    return bool(holds())
