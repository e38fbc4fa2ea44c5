"""Soak: what the web process holds in memory while bulk calls follow one another for minutes. It ends by itself.

Each call is of PER_CALL flags on accounts of their own, over a connection of its own, so that both workers get their
share. There is no raw end: the figures are to stay flat.
"""

import time

from tests.benchmarks.intake import PER_CALL, Sender
from tests.benchmarks.measuring import Row
from tests.benchmarks.serving import web

WARMING = 6  # calls until each worker has seen a few: what they keep for good is there


def measure(minutes: int) -> list[Row]:
    """Megabytes of the web process, its workers included: after the first calls, then after each minute; and how many
    flags went in."""
    with web() as served:
        sender = Sender(served.port, "Soak")
        _send(sender, WARMING)
        rows = [Row("web_memory_at_start", "MB", served.resident_bytes() / 1e6)]
        began, sent = time.monotonic(), 0
        for minute in range(1, minutes + 1):
            while time.monotonic() < began + 60 * minute:
                sent += _send(sender, 1)
            rows.append(Row(f"web_memory_after_minute_{minute}", "MB", served.resident_bytes() / 1e6))
        rows.append(Row("bulk_flags_sent", "flags", sent))
    return rows


def _send(sender: Sender, calls: int) -> int:
    for _ in range(calls):
        sender.bulk(sender.calls(PER_CALL))
    return calls * PER_CALL
