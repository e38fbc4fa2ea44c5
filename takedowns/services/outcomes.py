"""What came of sending: written set-based, and only for rows that the worker still holds."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from audit.rules import Action
from common import clock
from staff.actors import SYSTEM
from takedowns import audit_actions as actions
from takedowns import rules
from takedowns.choices import Outcome, State
from takedowns.connectors import Answer
from takedowns.models import Enforcement
from takedowns.services import telling
from takedowns.services.leasing import Leased

_ENTRY_FOR: Final[dict[str, Action]] = {
    State.APPLIED: actions.APPLIED,
    State.RETRYING: actions.RETRYING,
    State.UNKNOWN: actions.BECAME_UNKNOWN,
    State.FAILED: actions.FAILED,
}

# The lease is the fence: whoever lost it changes nothing. Rows are locked by primary key, like everywhere.
_WRITE: Final = """
WITH answer AS (
    SELECT * FROM unnest(%(ids)s::uuid[], %(states)s::text[], %(errors)s::text[], %(nexts)s::timestamptz[],
                         %(unsent)s::int[]) AS a (id, state, error, next_attempt_at, unsent)),
held AS (
    SELECT id FROM takedowns_enforcement
    WHERE id = ANY(%(ids)s) AND lease = %(lease)s AND state = 'sending' ORDER BY id FOR UPDATE)
UPDATE takedowns_enforcement e
SET state = a.state, error = a.error, lease = NULL, leased_until = NULL,
    next_attempt_at = a.next_attempt_at,
    attempts = e.attempts - a.unsent,
    applied_at = CASE WHEN a.state = 'applied' THEN %(now)s END,
    finished_at = CASE WHEN a.state IN ('applied', 'failed') THEN %(now)s END,
    unknown_since_at = CASE WHEN a.state = 'unknown' THEN %(now)s ELSE e.unknown_since_at END,
    settle_after_at = CASE WHEN a.state = 'unknown' THEN %(settle_after)s ELSE e.settle_after_at END
FROM held JOIN answer a USING (id)
WHERE e.id = held.id
RETURNING e.id
"""

_CLOSE_ATTEMPTS: Final = """
UPDATE takedowns_attempt t
SET outcome = a.outcome, error = a.error, status_code = a.status_code, finished_at = %(now)s
FROM unnest(%(ids)s::uuid[], %(outcomes)s::text[], %(errors)s::text[], %(codes)s::int[])
     AS a (id, outcome, error, status_code)
WHERE t.id = a.id
"""

_SUPERSEDE_OVERTAKEN: Final = """
WITH overtaken AS (
    SELECT e.id FROM takedowns_enforcement e
    WHERE e.id = ANY(%(ids)s) AND e.state = 'retrying' AND EXISTS (
        SELECT FROM takedowns_enforcement newer
        WHERE newer.account_id = e.account_id AND newer.state IN ('waiting', 'retrying')
          AND (newer.created_at, newer.id) > (e.created_at, e.id))
    ORDER BY e.id FOR UPDATE)
UPDATE takedowns_enforcement e SET state = 'superseded', finished_at = %(now)s
FROM overtaken WHERE e.id = overtaken.id RETURNING e.id
"""


@dataclass(slots=True)
class Result:
    """One leased row with its answer. `was_tried` is False for one that the connector was never given."""

    row: Leased
    answer: Answer
    was_tried: bool = True

    def state(self) -> State:
        """Where the answer leads."""
        return rules.state_after(self.answer.outcome, attempts=self.row.attempts)

    def next_attempt_at(self, now: datetime) -> datetime:
        """When the row is looked at again: the next attempt, or the first question about an unknown one."""
        if self.state() == State.UNKNOWN:
            return now + timedelta(seconds=rules.FIRST_LOOK_SECONDS)
        asked, jitter = self.answer.retry_after_seconds, random.random()  # noqa: S311  # no secret
        if not self.was_tried:
            return now + timedelta(seconds=asked * (1 + jitter / 2))
        if self.answer.outcome == Outcome.NOT_SENT:
            return now + timedelta(seconds=rules.unsent_gap_seconds(jitter=jitter, retry_after_seconds=asked))
        gap = rules.retry_gap_seconds(self.row.attempts, jitter=jitter, retry_after_seconds=asked)
        return now + timedelta(seconds=gap)


@transaction.atomic
def write(token: UUID, results: Sequence[Result], *, settles_within_seconds: float) -> int:
    """Write what came of these rows, where the worker with `token` still holds them.

    Returns how many it held. Of the others nothing is written: they are `unknown` by now, and the platform is asked.
    Audit: enforcement.applied, .retrying, .became_unknown, .failed, .superseded. What never left has no entry.
    """
    now = clock.now()
    held = _write_rows(token, results, now, now + timedelta(seconds=settles_within_seconds))
    written = [each for each in results if each.row.id in held]
    _close_attempts(written, now)
    by_state: defaultdict[str, list[Leased]] = defaultdict(list)
    for each in written:
        if each.answer.outcome == Outcome.NOT_SENT:
            continue
        each.row.error = each.answer.error
        by_state[each.state()].append(each.row)
    named = {each.row.account_id: each.row.account_subject for each in written}
    for state, rows in by_state.items():
        telling.record(SYSTEM, _ENTRY_FOR[state], rows, accounts=named)
    supersede_overtaken([each.row.id for each in written if each.state() == State.RETRYING])
    return len(written)


def _write_rows(token: UUID, results: Sequence[Result], now: datetime, settle_after: datetime) -> set[UUID]:
    given: dict[str, Any] = {
        "ids": [each.row.id for each in results],
        "states": [each.state() for each in results],
        "errors": [each.answer.error for each in results],
        "nexts": [each.next_attempt_at(now) for each in results],
        "unsent": [int(each.answer.outcome == Outcome.NOT_SENT) for each in results],
        "lease": token,
        "now": now,
        "settle_after": settle_after,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, given)
        return {pk for (pk,) in cursor.fetchall()}


def _close_attempts(results: Sequence[Result], now: datetime) -> None:
    tried = [each for each in results if each.was_tried]
    given: dict[str, Any] = {
        "ids": [each.row.attempt_id for each in tried],
        "outcomes": [each.answer.outcome for each in tried],
        "errors": [each.answer.error for each in tried],
        "codes": [each.answer.status_code for each in tried],
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE_ATTEMPTS, given)
        if len(tried) < len(results):  # an intention that nothing came of is no attempt
            untried = [each.row.attempt_id for each in results if not each.was_tried]
            cursor.execute("DELETE FROM takedowns_attempt WHERE id = ANY(%s)", [untried])


def supersede_overtaken(ids: Sequence[UUID]) -> int:
    """Of these rows, those to be tried again though a newer decision waits behind them need no sending any more.

    Returns how many. In the caller's transaction. Audit: enforcement.superseded.
    """
    if not ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_SUPERSEDE_OVERTAKEN, {"ids": list(ids), "now": clock.now()})
        overtaken = [pk for (pk,) in cursor.fetchall()]
    telling.record(SYSTEM, actions.SUPERSEDED, list(Enforcement.objects.filter(pk__in=overtaken)))
    return len(overtaken)
