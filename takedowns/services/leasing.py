"""Leases on enforcements: who may send what, and until when. What came of it is written by `outcomes`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from accounts.models import Platform
from audit.services import subject
from common import bulk, clock
from common.ids import new_id
from takedowns.choices import UNDELIVERED
from takedowns.connectors import Action
from takedowns.models import Attempt, Enforcement, HeldWave, Stop


@dataclass(slots=True, kw_only=True)
class Leased:
    """An enforcement that this worker holds, and the attempt it wrote before sending."""

    id: UUID
    account_id: UUID
    kind: str
    cause: str
    wave: str
    policy: str
    until: datetime | None
    priority: int
    attempts: int
    external_id: str
    account_subject: str
    attempt_id: UUID
    error: str = ""

    def action(self) -> Action:
        """What the connector is given."""
        return Action(
            id=self.id,
            kind=self.kind,
            external_id=self.external_id,
            until=self.until,
            policy=self.policy,
            attempt=self.attempts,
        )


# A row is passed over while an account's older row is still to be settled, and while a request about the account that
# was given up on may still take effect: so nothing ever overtakes.
# Held waves are read once per statement. The planner takes `<> ALL` of an array that it doesn't know for almost never
# true, and then sorts the whole backlog (190 ms at 125,000 rows); of a coalesce it expects nothing (10 ms), and 125,000
# held rows in front cost 20 ms more.
_LEASE: Final = """
WITH due AS (
    SELECT e.id
    FROM takedowns_enforcement e
    WHERE e.platform_id = %(platform)s AND e.state IN ('waiting', 'retrying') AND e.next_attempt_at <= %(now)s
      AND coalesce(e.wave <> ALL (ARRAY(SELECT wave FROM takedowns_heldwave)), true)
      AND NOT EXISTS (
          SELECT FROM takedowns_stop s
          WHERE s.lifted_at IS NULL AND (s.platform_id IS NULL OR s.platform_id = %(platform)s))
      AND NOT EXISTS (
          SELECT FROM takedowns_enforcement other
          WHERE other.account_id = e.account_id AND other.id <> e.id
            AND (other.state IN ('sending', 'unknown')
                 OR other.settle_after_at > %(now)s
                 OR (other.state IN ('waiting', 'retrying')
                     AND (other.created_at, other.id) < (e.created_at, e.id))))
    ORDER BY e.priority DESC, e.next_attempt_at
    LIMIT %(limit)s
    FOR UPDATE OF e SKIP LOCKED)
UPDATE takedowns_enforcement e
SET state = 'sending', lease = %(lease)s, leased_until = %(leased_until)s, attempts = e.attempts + 1
FROM due, accounts_account a
WHERE e.id = due.id AND a.id = e.account_id
RETURNING e.id, e.account_id, e.kind, e.cause, e.wave, e.policy, e.until, e.priority, e.attempts, a.external_id
"""

_EXTEND: Final = """
WITH held AS (
    SELECT id FROM takedowns_enforcement
    WHERE id = ANY(%(ids)s) AND lease = %(lease)s AND state = 'sending' ORDER BY id FOR UPDATE)
UPDATE takedowns_enforcement e SET leased_until = %(leased_until)s FROM held WHERE e.id = held.id RETURNING e.id
"""

_DUE_PLATFORMS: Final = """
SELECT p.id FROM accounts_platform p
WHERE NOT EXISTS (SELECT FROM takedowns_stop s
                  WHERE s.lifted_at IS NULL AND (s.platform_id IS NULL OR s.platform_id = p.id))
  AND EXISTS (SELECT FROM takedowns_enforcement e
              WHERE e.platform_id = p.id AND e.state IN ('waiting', 'retrying') AND e.next_attempt_at <= %s
                AND coalesce(e.wave <> ALL (ARRAY(SELECT wave FROM takedowns_heldwave)), true))
"""


def due_platforms() -> list[Platform]:
    """The platforms for which something is due. One index look per platform: this is what an idle second costs."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE_PLATFORMS, [clock.now()])
        ids = [pk for (pk,) in cursor.fetchall()]
    return list(Platform.objects.filter(pk__in=ids)) if ids else []


def is_passed(platform: Platform, *, priority: int) -> bool:
    """Whether something is due for the platform that leaves before what has this priority."""
    due = Enforcement.objects.filter(platform=platform, state__in=UNDELIVERED, priority__gt=priority)
    return due.filter(next_attempt_at__lte=clock.now()).exists()


def is_stopped(platform: Platform) -> bool:
    """Whether nothing may leave for the platform now."""
    return Stop.objects.filter(Q(platform=None) | Q(platform=platform), lifted_at=None).exists()


@transaction.atomic
def lease(platform: Platform, token: UUID, *, limit: int, seconds: float) -> list[Leased]:
    """Take up to `limit` due enforcements for `seconds`, and write the intention to send each.

    Returns them highest priority first, committed (outside a caller's transaction) before anything is sent. Raises
    IntegrityError when another worker took a row of the same account in the same instant: nothing is leased then.
    """
    now = clock.now()
    given: dict[str, Any] = {"platform": platform.pk, "now": now, "limit": limit, "lease": token}
    with connection.cursor() as cursor:
        cursor.execute(_LEASE, given | {"leased_until": now + timedelta(seconds=seconds)})
        leased = [_leased(platform, row) for row in cursor.fetchall()]
    bulk.insert(
        [Attempt(id=each.attempt_id, enforcement_id=each.id, number=each.attempts, started_at=now) for each in leased]
    )
    return leased


def held_waves() -> set[str]:
    """The waves of which nothing may leave now."""
    return set(HeldWave.objects.values_list("wave", flat=True))


def _leased(platform: Platform, row: Sequence[object]) -> Leased:
    names = ("id", "account_id", "kind", "cause", "wave", "policy", "until", "priority", "attempts", "external_id")
    facts = dict(zip(names, row, strict=True))
    named = subject("account", f"{platform.slug}/{facts['external_id']}")
    return Leased(**facts, account_subject=named, attempt_id=new_id())  # type: ignore[arg-type]


def extend(token: UUID, ids: Collection[UUID], *, seconds: float) -> set[UUID]:
    """The heartbeat: hold these for `seconds` from now. Returns those that are still held; the others are lost."""
    given: dict[str, Any] = {"ids": list(ids), "lease": token, "leased_until": clock.now() + timedelta(seconds=seconds)}
    with connection.cursor() as cursor:
        cursor.execute(_EXTEND, given)
        return {pk for (pk,) in cursor.fetchall()}
