"""One worker's run for one platform: lease, send, write down, and the heartbeat between."""

import logging
import time
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import Platform
from common import jobs
from common.ids import new_id
from takedowns.choices import Outcome
from takedowns.connectors import Answer, Connector
from takedowns.services import guarding, leasing, limits, outcomes
from takedowns.services.leasing import Leased
from takedowns.services.outcomes import Result

LEASE_SIZES: Final = (16, 64, 200)  # a run feels its way: a platform that is away costs little
LEASE_CALLS: Final = (1, 2, 4)  # the same where a call takes many
WRITE_SIZE, WRITE_SECONDS = 100, 0.25
UNREACHABLE_PAUSE_SECONDS: Final = 3.0
HELD_LOOK_SECONDS: Final = 0.25  # how often a run looks which waves are held back
LONGEST_WAIT_SECONDS: Final = 1.5  # for a pause that lasts longer, rows are given back

log = logging.getLogger(__name__)


class Run:
    """One worker's run for one platform. Lives for a few seconds; its `token` is the lease of all rows it takes."""

    def __init__(self, platform: Platform, connector: Connector, pool: ThreadPoolExecutor, seconds: float) -> None:
        self.platform, self.connector, self.pool = platform, connector, pool
        self.token = new_id()
        can = connector.capabilities
        self.lease_seconds = max(float(settings.CASELOAD["DISPATCH_LEASE_SECONDS"]), 6 * can.timeout_seconds)
        self.sizes = LEASE_SIZES if can.bulk_size == 1 else [can.bulk_size * calls for calls in LEASE_CALLS]
        self.few = max(WRITE_SIZE, can.bulk_size)
        self.ends_at = time.monotonic() + seconds
        self.held_since = self.written_at = self.leased_at = self.paused_until = self.looked_at = 0.0
        self.passed_at = 0.0
        self.leases = self.sent = 0
        self.is_drained = False
        self.queue: deque[Leased] = deque()
        self.sending: dict[Future[list[Answer] | None], list[Leased]] = {}
        self.results: list[Result] = []

    def go(self) -> int:
        """Run until nothing is due or the time is over, and everything taken is written. Returns how many were sent."""
        while True:
            self._lease()
            self._keep_held()
            self._send()
            if not (self.queue or self.sending or self.results):
                if self.is_drained or self._is_over() or self._is_paused():
                    break
                time.sleep(0.05)  # the rate limit holds us back
                continue
            self._collect()
            self._give_back()
            self._write()
            self._beat()
        if not (self.is_drained or self._is_paused()):
            with transaction.atomic():
                jobs.enqueue("takedowns.tasks.dispatch_due")
        return self.sent

    def _is_over(self) -> bool:
        return time.monotonic() > self.ends_at

    def _is_paused(self) -> bool:
        return time.monotonic() < self.paused_until

    def _lease(self) -> None:
        """Take more while there is time and the queue runs low."""
        now = time.monotonic()
        if self._is_over() or self._is_paused() or (len(self.queue) >= self.few and not self._is_passed(now)):
            return
        if self.is_drained and now - self.leased_at < WRITE_SECONDS:
            return
        if guarding.trips(self.platform):
            self.is_drained = True
            return
        if waiting := limits.paused_seconds(self.platform.pk):
            self.paused_until = now + waiting
            return
        size = self.sizes[0 if len(self.queue) >= self.few else min(self.leases, len(self.sizes) - 1)]
        calls = -(-size // self.connector.capabilities.bulk_size)
        granted = limits.take(self.platform.pk, requests_per_minute=self.platform.requests_per_minute, wanted=calls)
        if not granted:
            self.is_drained = False
            return
        self._take(min(size, granted * self.connector.capabilities.bulk_size), now)

    def _is_passed(self, now: float) -> bool:
        """Whether something more urgent than all that is queued came meanwhile: it is leased, and sent, before them."""
        if now - self.passed_at < HELD_LOOK_SECONDS:
            return False
        self.passed_at = now
        return leasing.is_passed(self.platform, priority=self.queue[0].priority)

    def _take(self, limit: int, now: float) -> None:
        try:
            rows = leasing.lease(self.platform, self.token, limit=limit, seconds=self.lease_seconds)
        except IntegrityError:  # another worker took a row of the same account in the same instant
            rows = []
        if not (self.queue or self.sending or self.results):
            self.held_since = now
        self.queue = deque(sorted([*self.queue, *rows], key=lambda row: -row.priority))
        self.leases += 1
        self.leased_at, self.is_drained = now, len(rows) < limit

    def _keep_held(self) -> None:
        """Rows of a wave that was held back since they were leased are given back unsent."""
        now = time.monotonic()
        if not self.queue or now - self.looked_at < HELD_LOOK_SECONDS:
            return
        self.looked_at = now
        if leasing.is_stopped(self.platform):
            self._leave_unsent(self.queue, "Dispatch is stopped.")
            self.queue.clear()
            return
        if waves := leasing.held_waves():
            self._leave_unsent([row for row in self.queue if row.wave in waves], "Its wave is held back.")
            self.queue = deque(row for row in self.queue if row.wave not in waves)

    def _send(self) -> None:
        """Hand queued rows to the connector, as many calls as it takes at the same time."""
        can = self.connector.capabilities
        while self.queue and len(self.sending) < can.concurrency and not self._is_paused():
            rows = [self.queue.popleft() for _ in range(min(can.bulk_size, len(self.queue)))]
            self.sending[self.pool.submit(self._call, rows)] = rows
            self.sent += len(rows)

    def _call(self, rows: Sequence[Leased]) -> list[Answer] | None:
        """In a thread: one call. None when it was not made, since the lease could run out before it has ended."""
        left = self.held_since + self.lease_seconds - time.monotonic()
        if left < 2 * self.connector.capabilities.timeout_seconds:
            return None
        try:
            answers = self.connector.send([row.action() for row in rows])
            if len(answers) != len(rows):
                raise ValueError(f"{len(answers)} answers to {len(rows)} actions")
        except Exception as error:
            log.exception("The connector of %s failed.", self.platform.slug)
            return [Answer(Outcome.AMBIGUOUS, error=f"{type(error).__name__}: {error}"[:500])] * len(rows)
        return answers

    def _collect(self) -> None:
        """Wait a moment for answers."""
        if not self.sending:
            time.sleep(0.02 if self.queue else 0)
            return
        done, _ = wait(self.sending, timeout=0.05, return_when=FIRST_COMPLETED)
        for future in done:
            rows, answers = self.sending.pop(future), future.result()
            if answers is None:
                self._leave_unsent(rows, "The lease was about to run out.")
                continue
            for row, answer in zip(rows, answers, strict=True):
                self.results.append(Result(row, answer))
                self._heed(answer)

    def _heed(self, answer: Answer) -> None:
        """Slow down when the platform asks for it or can't be reached."""
        seconds = answer.retry_after_seconds
        if answer.outcome == Outcome.NOT_SENT:
            seconds = max(seconds, UNREACHABLE_PAUSE_SECONDS)
        if seconds > 0 and time.monotonic() + seconds > self.paused_until:
            self.paused_until = time.monotonic() + seconds
            limits.pause(self.platform.pk, seconds)

    def _give_back(self) -> None:
        """Rows that would have to wait long for the end of a pause are given back unsent, due again after it."""
        seconds = self.paused_until - time.monotonic()
        if seconds > LONGEST_WAIT_SECONDS:
            self._leave_unsent(self.queue, "The platform is paused.", seconds)
            self.queue.clear()

    def _leave_unsent(self, rows: Iterable[Leased], why: str, seconds: float = 0.0) -> None:
        unsent = Answer(Outcome.NOT_SENT, error=why, retry_after_seconds=seconds)
        self.results.extend(Result(row, unsent, was_tried=False) for row in rows)

    def _write(self) -> None:
        """Write results: when there are many, every quarter of a second, and at the end."""
        is_due = time.monotonic() - self.written_at > WRITE_SECONDS
        is_last = not (self.queue or self.sending)
        if not self.results or not (is_due or is_last or len(self.results) >= self.few):
            return
        settles = self.connector.capabilities.settles_within_seconds
        outcomes.write(self.token, self.results, settles_within_seconds=settles)
        self.results.clear()
        self.written_at = time.monotonic()

    def _beat(self) -> None:
        """The heartbeat. Rows that are no longer held are not sent."""
        now = time.monotonic()
        if now - self.held_since < self.lease_seconds / 3:
            return
        waiting = [*self.queue, *(row for rows in self.sending.values() for row in rows)]
        waiting += [result.row for result in self.results]
        if not waiting:
            return
        held = leasing.extend(self.token, [row.id for row in waiting], seconds=self.lease_seconds)
        self.queue = deque(row for row in self.queue if row.id in held)
        self.held_since = now
