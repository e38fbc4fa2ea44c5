"""Settling: of what is unknown, the platform is asked.

An "it is so" counts at once. A "not done" counts only when the question was put after `settle_after_at`: until then a
request that was given up on may still take effect, and sending it again could make it take effect twice.
"""

import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from accounts.models import Platform
from common import clock, jobs
from staff.actors import SYSTEM
from takedowns import audit_actions as actions
from takedowns import rules
from takedowns.choices import Outcome, Standing, State
from takedowns.connectors import Connector, Look, known_connector
from takedowns.models import Attempt, Enforcement
from takedowns.services import limits, outcomes, telling

NOT_DONE: Final = "The platform says that it did not take effect."
LOOKS_AT_ONCE: Final = 64
RUN_SECONDS: Final = 3.0
CLAIM_SECONDS: Final = 30.0  # longer than asking about LOOKS_AT_ONCE accounts takes

log = logging.getLogger(__name__)

_OUTCOME_OF_LOOK: Final = {State.APPLIED: Outcome.ALREADY, State.RETRYING: Outcome.RETRY, None: Outcome.AMBIGUOUS}


@dataclass(slots=True)
class _Asked:
    """An unknown row, the look at its account (None where nobody can be asked), and what that makes of the row (None:
    ask again)."""

    row: Enforcement
    asked_at: datetime
    look: Look | None
    is_idempotent: bool

    def state(self) -> State | None:
        if self.look is None:
            return State.RETRYING
        settled_at = self.row.settle_after_at
        is_settled = settled_at is None or self.asked_at >= settled_at
        return rules.state_after_look(
            self.row.kind, self.look.standing, is_settled=is_settled, is_idempotent=self.is_idempotent
        )


def settle_unknown() -> int:
    """Ask about unknown rows whose next question is due, for up to RUN_SECONDS a platform. Returns how many were asked
    about or sent again.

    Where the platform can't be asked, they are sent again when it is idempotent (with the same key), and otherwise
    left to a person (`ledger.settle`).
    """
    return sum(_settle(platform) for platform in _unknown_platforms())


def _unknown_platforms() -> list[Platform]:
    unknown = Enforcement.objects.filter(state=State.UNKNOWN, next_attempt_at__lte=clock.now())
    return list(Platform.objects.filter(pk__in=unknown.values("platform")))


def _settle(platform: Platform) -> int:
    connector = known_connector(platform)
    if connector is None or not (connector.capabilities.can_be_asked or connector.capabilities.is_idempotent):
        return 0
    settled, ends_at = 0, time.monotonic() + RUN_SECONDS
    while time.monotonic() < ends_at and not limits.paused_seconds(platform.pk):
        claimed_until = clock.now() + timedelta(seconds=CLAIM_SECONDS)
        rows = _claim(platform, claimed_until)
        settled += _write(_ask_all(platform, connector, rows), claimed_until) if rows else 0
        if len(rows) < LOOKS_AT_ONCE:
            break
    return settled


def _ask_all(platform: Platform, connector: Connector, rows: Sequence[Enforcement]) -> list[_Asked]:
    can = connector.capabilities
    if not can.can_be_asked:
        return [_Asked(row, clock.now(), None, can.is_idempotent) for row in rows]
    with ThreadPoolExecutor(min(can.concurrency, len(rows)), thread_name_prefix="look") as pool:
        asked = list(pool.map(lambda row: _ask(connector, row), rows))
    limits.pause(platform.pk, max(each.look.retry_after_seconds for each in asked if each.look))
    return asked


@transaction.atomic
def _claim(platform: Platform, until: datetime) -> list[Enforcement]:
    """Due unknown rows, their next question put off so that no other worker asks about them meanwhile."""
    rows = list(
        Enforcement.objects.filter(platform=platform, state=State.UNKNOWN, next_attempt_at__lte=clock.now())
        .select_related("account")
        .select_for_update(skip_locked=True, of=["self"])
        .order_by("next_attempt_at")[:LOOKS_AT_ONCE]
    )
    Enforcement.objects.filter(pk__in=[row.pk for row in rows]).update(next_attempt_at=until)
    return rows


def _ask(connector: Connector, row: Enforcement) -> _Asked:
    """In a thread: one look. The instant before the question is what counts."""
    at = clock.now()
    try:
        look = connector.look_up(row.account.external_id)
    except Exception as error:
        log.exception("The connector failed to look up an account.")
        look = Look(Standing.UNCLEAR, error=f"{type(error).__name__}: {error}"[:500])
    return _Asked(row, at, look, connector.capabilities.is_idempotent)


@transaction.atomic
def _write(asked: Sequence[_Asked], claimed_until: datetime) -> int:
    """Write what the looks made of the rows that are still as they were claimed."""
    now = clock.now()
    still = _still_claimed([each.row.pk for each in asked], claimed_until)
    by_state: dict[State | None, list[_Asked]] = {State.APPLIED: [], State.RETRYING: [], None: []}
    for each in asked:
        if each.row.pk in still:
            by_state[each.state()].append(each)
    _note_looks([each for group in by_state.values() for each in group], now)
    _apply([each.row for each in by_state[State.APPLIED]], now)
    _send_again([each.row for each in by_state[State.RETRYING]], now)
    _ask_later([each.row for each in by_state[None]], now)
    return len(still)


def _still_claimed(ids: Sequence[UUID], claimed_until: datetime) -> set[UUID]:
    rows = Enforcement.objects.filter(pk__in=ids, state=State.UNKNOWN, next_attempt_at=claimed_until)
    return set(rows.select_for_update().order_by("pk").values_list("pk", flat=True))


def _note_looks(asked: Sequence[_Asked], now: datetime) -> None:
    Attempt.objects.bulk_create(
        Attempt(
            enforcement_id=each.row.pk,
            number=each.row.attempts,
            is_look_up=True,
            started_at=each.asked_at,
            finished_at=now,
            outcome=_OUTCOME_OF_LOOK[each.state()],
            status_code=each.look.status_code,
            error=each.look.error,
        )
        for each in asked
        if each.look
    )


def _apply(rows: Sequence[Enforcement], now: datetime) -> None:
    Enforcement.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=State.APPLIED, applied_at=now, finished_at=now, error=""
    )
    for row in rows:
        row.error = ""
    telling.record(SYSTEM, actions.APPLIED, rows)


def _send_again(rows: Sequence[Enforcement], now: datetime) -> None:
    ids = [row.pk for row in rows]
    Enforcement.objects.filter(pk__in=ids).update(state=State.RETRYING, next_attempt_at=now, error=NOT_DONE)
    for row in rows:
        row.error = NOT_DONE
    telling.record(SYSTEM, actions.RETRYING, rows)
    outcomes.supersede_overtaken(ids)
    if rows:
        jobs.enqueue("takedowns.tasks.dispatch_due")


_PUT_OFF: Final = """
UPDATE takedowns_enforcement e SET next_attempt_at = a.next_attempt_at
FROM unnest(%s::uuid[], %s::timestamptz[]) AS a (id, next_attempt_at) WHERE e.id = a.id
"""


def _ask_later(rows: Sequence[Enforcement], now: datetime) -> None:
    nexts = [now + timedelta(seconds=_gap_seconds(row, now)) for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(_PUT_OFF, [[row.pk for row in rows], nexts])


def _gap_seconds(row: Enforcement, now: datetime) -> float:
    unknown_for = (now - (row.unknown_since_at or now)).total_seconds()
    until_settled = ((row.settle_after_at or now) - now).total_seconds()
    return rules.look_gap_seconds(unknown_for, until_settled_seconds=until_settled)
