"""Delivering: what is due is leased, signed, sent, and what came of it is written.

The order of things:
1. A short transaction leases due deliveries, writes an attempt for each, and commits (`leasing`).
2. Threads send them, outside any transaction, through the guarded way out (`common.outbound`).
3. What came of them is written as it comes in, only where the lease still is this worker's (`outcomes`).
4. While something is under way, more is leased, so that a receiver that hangs holds up no other.
A worker that dies leaves rows that are due again when their lease has run out: they are sent again under the same id.
One run at a time sends for the whole installation, so that slow receivers never take a second worker from other work.
"""

import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Final

from django.db import connection

from common import outbound
from common.ids import new_id
from common.outbound import Refused, Unanswered
from reviews.services.webhooks import leasing, outcomes
from reviews.services.webhooks.leasing import Leased
from reviews.services.webhooks.outcomes import Result

RUN_SECONDS: Final = 20.0
CALL_SECONDS: Final = 10.0
AT_ONCE: Final = 24
LOOK_SECONDS: Final = 0.2
ANSWER_BYTES: Final = 4096
USER_AGENT: Final = "Caseload-Webhooks/1"


def deliver_due(*, seconds: float = RUN_SECONDS) -> int:
    """Send what is due, for up to `seconds` and the calls that are under way then. Returns how many were sent.

    Does nothing while another run is at it.
    """
    with _alone() as is_alone:
        return _run(seconds) if is_alone else 0


def _run(seconds: float) -> int:
    token, ends_at, sent = new_id(), time.monotonic() + seconds, 0
    under_way: set[Future[Result]] = set()
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook") as pool:
        while True:
            if (room := AT_ONCE - len(under_way)) and time.monotonic() < ends_at:
                leased = leasing.lease(token, limit=room)
                under_way |= {pool.submit(_send, row) for row in leased}
                sent += len(leased)
            if not under_way:
                return sent
            done, under_way = wait(under_way, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
            if done:
                outcomes.write(token, [each.result() for each in done])


def _send(row: Leased) -> Result:
    """In a thread: one call."""
    began = time.monotonic()

    def result(**came: object) -> Result:
        return Result(row, round((time.monotonic() - began) * 1000), **came)  # type: ignore[arg-type]

    if row.headers is None:
        return result(error="Its secret was stored under another CASELOAD_SECRET_KEY: rotate the endpoint's secret.")
    headers = {"Content-Type": "application/json", "User-Agent": USER_AGENT, **row.headers}
    try:
        said = outbound.call(
            "POST", row.url, body=row.body, headers=headers, seconds=CALL_SECONDS, answer_bytes=ANSWER_BYTES
        )
    except (Refused, Unanswered) as error:
        return result(error=str(error))
    except Exception as error:  # whatever a receiver may provoke, the others are sent to
        return result(error=f"{type(error).__name__}: {error}")
    return result(status=said.status, answer=said.body, retry_after=said.retry_after)


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether no other run is under way; held until the block ends.

    An advisory lock of the session: it goes with the process, however that ends.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('webhooks'))")
        is_taken = cursor.fetchone() == (True,)
    try:
        yield is_taken
    finally:
        if is_taken:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('webhooks'))")
