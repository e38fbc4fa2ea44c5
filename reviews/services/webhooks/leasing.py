"""Leases on deliveries: who may send what, and until when. The row is due again when its lease has run out.

No endpoint is given more than its room: a few at a time while it answers, one while it doesn't, none while it rests.
Those with the least under way come first, so that a receiver with a long backlog, or a dead one, holds up no other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from common import bulk, clock
from common.encryption import Unreadable
from common.ids import new_id
from reviews.models import WebhookAttempt, WebhookEndpoint
from reviews.services.webhooks.secrets import signed_headers

LEASE_SECONDS: Final = 30.0  # three times what a call may take
PER_ENDPOINT: Final = 8


@dataclass(frozen=True, slots=True)
class Leased:
    """A delivery that this worker holds, its attempt, and what is sent: nothing when it couldn't be signed."""

    id: UUID
    endpoint_id: UUID
    attempt_id: UUID
    tries: int
    url: str
    body: bytes
    headers: dict[str, str] | None


_LEASE: Final = """
WITH busy AS (
    SELECT endpoint_id, count(*) AS many FROM reviews_webhookdelivery
    WHERE state IN ('pending', 'failed') AND lease IS NOT NULL AND next_attempt_at > %(now)s
    GROUP BY endpoint_id),
room AS (
    SELECT e.id, coalesce(b.many, 0) AS under_way,
           CASE WHEN e.failures > 0 THEN 1 ELSE %(per_endpoint)s END - coalesce(b.many, 0) AS room
    FROM reviews_webhookendpoint e LEFT JOIN busy b ON b.endpoint_id = e.id
    WHERE e.is_active AND (e.paused_until_at IS NULL OR e.paused_until_at <= %(now)s)),
due AS (
    SELECT d.id, d.next_attempt_at,
           room.under_way + row_number() OVER (PARTITION BY room.id ORDER BY d.next_attempt_at, d.id) AS turn
    FROM room CROSS JOIN LATERAL (
        SELECT id, next_attempt_at FROM reviews_webhookdelivery
        WHERE endpoint_id = room.id AND state IN ('pending', 'failed') AND next_attempt_at <= %(now)s
        ORDER BY next_attempt_at, id LIMIT greatest(room.room, 0) FOR UPDATE SKIP LOCKED) d),
taken AS (SELECT id FROM due ORDER BY turn, next_attempt_at LIMIT %(limit)s)
UPDATE reviews_webhookdelivery d
SET lease = %(lease)s, next_attempt_at = %(until)s, attempts = d.attempts + 1
FROM taken WHERE d.id = taken.id
RETURNING d.id, d.endpoint_id, d.body, d.attempts, d.attempts - d.attempts_before_replay
"""


@transaction.atomic
def lease(token: UUID, *, limit: int) -> list[Leased]:
    """Take up to `limit` due deliveries for `LEASE_SECONDS`, and write an attempt for each: the intention.

    Returns them signed, ready to be sent once this has committed.
    """
    now = clock.now()
    given: dict[str, Any] = {
        "now": now,
        "until": now + timedelta(seconds=LEASE_SECONDS),
        "lease": token,
        "limit": limit,
        "per_endpoint": PER_ENDPOINT,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LEASE, given)
        rows = cursor.fetchall()
    if not rows:
        return []
    endpoints = WebhookEndpoint.objects.in_bulk({row[1] for row in rows})
    leased, attempts = [], []
    for row in rows:
        each = _leased(row, endpoints[row[1]])
        leased.append(each)
        attempts.append(WebhookAttempt(id=each.attempt_id, delivery_id=each.id, number=row[3], started_at=now))
    bulk.insert(attempts)
    return leased


def _leased(row: Sequence[Any], endpoint: WebhookEndpoint) -> Leased:
    pk, endpoint_id, body, _, tries = row
    try:
        headers = signed_headers(endpoint, f"msg_{pk.hex}", body, clock.now())
    except Unreadable:
        headers = None
    return Leased(pk, endpoint_id, new_id(), tries, endpoint.url, body.encode(), headers)
