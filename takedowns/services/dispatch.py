"""Dispatch: leases due enforcements, has the connector send them, writes what came of it.

The order of things, for each lease:
1. A short transaction takes due rows (SKIP LOCKED), writes an attempt for each, and commits: the intention.
2. The connector sends them, outside any transaction, a few calls at the same time. Before each call the worker looks
   whether its lease still holds long enough: one that was stopped and woke up sends nothing.
3. What came of them is written in sets as it comes in, only where the lease still is this worker's.
4. Every third of the lease, the heartbeat extends it.
A worker that dies leaves rows in `sending` whose lease runs out; `recovery` and `settling` take it from there.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final

from django.db import connection

from accounts.models import Platform
from takedowns.connectors import known_connector
from takedowns.services import leasing
from takedowns.services.sending import Run

RUN_SECONDS: Final = 3.0  # so that other tasks get their turn; what is left is nudged anew
RUNS_PER_PLATFORM: Final = 2


def run_due(*, seconds: float = RUN_SECONDS) -> int:
    """Send what is due, platform by platform, for up to about `seconds` each.

    Returns how many were handed to connectors.
    """
    sent = 0
    for platform in leasing.due_platforms():
        with _slot(platform) as is_free:
            if is_free:
                sent += run(platform, seconds=seconds)
    return sent


def run(platform: Platform, *, seconds: float = RUN_SECONDS) -> int:
    """Send what is due on one platform. See `run_due`."""
    connector = known_connector(platform)
    if connector is None or connector.capabilities.by_hand:
        return 0
    with ThreadPoolExecutor(connector.capabilities.concurrency, thread_name_prefix="send") as pool:
        return Run(platform, connector, pool, seconds).go()


@contextmanager
def _slot(platform: Platform) -> Iterator[bool]:
    """Whether this process is one of the few that may run for the platform now; held until the block ends.

    An advisory lock of the session: it goes with the process, however that ends.
    """
    taken = None
    with connection.cursor() as cursor:
        for number in range(RUNS_PER_PLATFORM):
            cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s), %s)", [f"dispatch:{platform.pk}", number])
            if cursor.fetchone() == (True,):
                taken = number
                break
    try:
        yield taken is not None
    finally:
        if taken is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s), %s)", [f"dispatch:{platform.pk}", taken])
