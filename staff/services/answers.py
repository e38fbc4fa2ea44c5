"""First answers are kept, so that a repeated call does nothing twice. Keys are transport: the log doesn't name them."""

import hashlib
import sys
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from common import clock, limits
from common.errors import Conflict, Invalid

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_PACKED_FROM_BYTES = 1000
_PURGED_AT_ONCE, _PURGES = 5000, 100
_FIND = "SELECT fingerprint, status, body, is_packed FROM staff_storedanswer WHERE id = %s AND stored_at > %s"
_KEEP = """
    INSERT INTO staff_storedanswer (id, client_id, fingerprint, status, body, is_packed, stored_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (id) DO UPDATE SET fingerprint = EXCLUDED.fingerprint, status = EXCLUDED.status, body = EXCLUDED.body,
                                   is_packed = EXCLUDED.is_packed, stored_at = EXCLUDED.stored_at
"""
_PURGE = """
    DELETE FROM staff_storedanswer
    WHERE id IN (SELECT id FROM staff_storedanswer WHERE stored_at <= %s
                 ORDER BY stored_at LIMIT %s FOR UPDATE SKIP LOCKED)
"""


class Answer(NamedTuple):
    """What was answered: the status, and the body's bytes."""

    status: int
    body: bytes


class Repeatable(NamedTuple):
    """A call that may be repeated: whose, under which key (`id_of`), and the SHA-256 of method, address and body."""

    client_id: UUID
    id: UUID
    fingerprint: bytes


def id_of(client_id: UUID, key: str) -> UUID:
    """The id under which the client's key is kept."""
    return UUID(bytes=hashlib.sha256(client_id.bytes + key.encode()).digest()[:16])


def recall(call: Repeatable) -> Answer | None:
    """The call is this transaction's alone until it ends. Returns its first answer; None when it wasn't made before.

    The mark is an advisory lock of the transaction: it dies with the process or the connection, so none is ever stale.
    Two statements, since the second must see what was committed before the lock was free.
    Raises Conflict while another transaction has it, Invalid when the key was used for another call.
    """
    assert connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(call.id.bytes[:8], signed=True)])
        if cursor.fetchone() != (True,):
            raise Conflict(
                "The first call with this Idempotency-Key is still on its way. Send it again in a second.",
                code="idempotency-key-in-flight",
                headers={"Retry-After": "1"},
            )
        cursor.execute(_FIND, [call.id, _oldest()])
        row = cursor.fetchone()
    if row is None:
        return None
    fingerprint, status, body, is_packed = row
    if bytes(fingerprint) != call.fingerprint:
        text = "was used for another method, address or body; take a new key for each call"
        raise Invalid(f"Idempotency-Key: {text}.", code="idempotency-key-reused", fields={"Idempotency-Key": text})
    return Answer(status, zstd.decompress(bytes(body)) if is_packed else bytes(body))


def keep(call: Repeatable, answer: Answer) -> None:
    """The answer is the call's first, once this transaction commits. After `recall` in the same transaction."""
    is_packed = len(answer.body) >= _PACKED_FROM_BYTES
    body = zstd.compress(answer.body, level=1) if is_packed else answer.body
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [call.id, call.client_id, call.fingerprint, answer.status, body, is_packed, clock.now()])


def purge() -> int:
    """Answers older than 48 hours are gone, up to half a million at a time. Returns how many went."""
    gone = 0
    for _ in range(_PURGES):
        with connection.cursor() as cursor:
            cursor.execute(_PURGE, [_oldest(), _PURGED_AT_ONCE])
            gone += cursor.rowcount
            if cursor.rowcount < _PURGED_AT_ONCE:
                break
    return gone


def _oldest() -> datetime:
    return clock.now() - timedelta(hours=limits.IDEMPOTENCY_HOURS)
