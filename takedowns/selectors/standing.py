"""How dispatch stands on each platform: what is due, what hangs, and whether anything may leave."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from accounts.models import Platform
from common import clock
from staff.actors import Actor
from staff.permissions import Permission
from takedowns.models import Stop

LONG: Final = timedelta(minutes=10)  # after which what is due or unknown is worth an alert

# A few index ranges per platform, however much the ledger holds.
_FIGURES: Final = """
SELECT p.id, due.many, due.since, unknown.many, failed.many
FROM accounts_platform p
CROSS JOIN LATERAL (
    SELECT count(*) AS many, min(next_attempt_at) AS since FROM takedowns_enforcement e
    WHERE e.platform_id = p.id AND e.state IN ('waiting', 'retrying') AND e.next_attempt_at <= %(now)s
      AND e.wave <> ALL (ARRAY(SELECT wave FROM takedowns_heldwave))
) due
CROSS JOIN LATERAL (
    SELECT count(*) AS many FROM takedowns_enforcement e
    WHERE e.platform_id = p.id AND e.state = 'unknown' AND e.unknown_since_at < %(long_ago)s
) unknown
CROSS JOIN LATERAL (
    SELECT count(*) AS many FROM takedowns_enforcement e WHERE e.platform_id = p.id AND e.state = 'failed'
) failed
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """One platform. `due` could leave now, the oldest of it since `due_since`; `unknown` hang for longer than LONG;
    `failed` wait for a person. `stop` is the platform's own, when one is in force."""

    platform: Platform
    stop: Stop | None
    due: int
    due_since: datetime | None
    unknown: int
    failed: int

    @property
    def is_stuck(self) -> bool:
        """Whether something has been due for longer than LONG, though it may leave."""
        return self.stop is None and self.due_since is not None and clock.now() - self.due_since > LONG


def standings(actor: Actor) -> list[Standing]:
    """Every platform by its name. Raises NotAllowed."""
    actor.require(Permission.SEE_PLATFORMS)
    now = clock.now()
    given: dict[str, Any] = {"now": now, "long_ago": now - LONG}
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, given)
        figures = {row[0]: row[1:] for row in cursor.fetchall()}
    own, rows = _stops(), Platform.objects.order_by("name")
    return [Standing(platform, own.get(platform.pk), *figures[platform.pk]) for platform in rows]


def stop_of_all() -> Stop | None:
    """The stop under which nothing leaves for any platform, when one is in force."""
    return Stop.objects.filter(platform=None, lifted_at=None).first()


def _stops() -> dict[UUID, Stop]:
    rows = Stop.objects.filter(platform__isnull=False, lifted_at=None)
    return {row.platform_id: row for row in rows if row.platform_id}
