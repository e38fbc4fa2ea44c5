"""What came of sending: the delivery's state, its attempt, and how its endpoint fares."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from common import bulk, clock
from reviews.choices import DeliveryState
from reviews.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from reviews.rules import webhooks as rules
from reviews.services.webhooks import endpoints
from reviews.services.webhooks.leasing import Leased

EXCERPT_CHARACTERS = 1000
GONE = gettext_noop("The receiver answered 410 Gone.")
NOBODY_ANSWERS = gettext_noop("The receiver has answered nothing well for 5 days.")  # rules.DISABLE_AFTER


@dataclass(frozen=True, slots=True)
class Result:
    """One try with what came of it. `status` is None when there was no answer: then `error` says why."""

    row: Leased
    duration_ms: int
    status: int | None = None
    error: str = ""
    answer: bytes = b""
    retry_after: str = ""

    @property
    def is_delivered(self) -> bool:
        """Whether the receiver has taken it."""
        return self.status is not None and rules.is_delivered(self.status)


@transaction.atomic
def write(token: UUID, results: Sequence[Result]) -> int:
    """Write what came of these tries. A delivery changes only where the worker with `token` still holds it; its attempt
    is completed in any case. Returns how many it held. Audit: endpoint.disabled, where an endpoint ends by it.
    """
    now = clock.now()
    fates = endpoints.lock_endpoints([each.row.endpoint_id for each in results])
    held = {
        row.pk: row
        for row in WebhookDelivery.objects.select_for_update()
        .filter(pk__in=[each.row.id for each in results], lease=token)
        .order_by("pk")
    }
    for each in results:
        if row := held.get(each.row.id):
            _move(row, each, now)
    bulk.update(list(held.values()), ["state", "lease", "next_attempt_at", "delivered_at"])
    bulk.update([_attempt(each, now) for each in results], _OF_ATTEMPT)
    by_endpoint: defaultdict[UUID, list[Result]] = defaultdict(list)
    for each in results:
        by_endpoint[each.row.endpoint_id].append(each)
    for endpoint_id, came in by_endpoint.items():
        _fare(fates[endpoint_id], came, now)
    return len(held)


def _move(row: WebhookDelivery, came: Result, now: datetime) -> None:
    row.lease = None
    if came.is_delivered:
        row.state, row.delivered_at = DeliveryState.DELIVERED, now
        return
    gap = rules.gap_seconds(came.row.tries, jitter=random.random())  # noqa: S311  # no secret
    row.state = DeliveryState.EXHAUSTED if gap is None else DeliveryState.FAILED
    row.next_attempt_at = now + max(timedelta(seconds=gap or 0), rules.asked_to_wait(came.retry_after, now))


_OF_ATTEMPT = ["finished_at", "duration_ms", "status_code", "error", "answer"]


def _attempt(came: Result, now: datetime) -> WebhookAttempt:
    excerpt = came.answer.decode(errors="replace").replace("\0", "\ufffd")[:EXCERPT_CHARACTERS]
    return WebhookAttempt(
        id=came.row.attempt_id,
        finished_at=now,
        duration_ms=came.duration_ms,
        status_code=came.status,
        error=came.error[:500],
        answer=excerpt,
    )


def _fare(endpoint: WebhookEndpoint, came: Sequence[Result], now: datetime) -> None:
    """The endpoint is well as soon as one try is; until then it is spared, and in the end disabled."""
    if any(each.is_delivered for each in came):
        if endpoint.failures:
            endpoint.failures, endpoint.failing_since_at, endpoint.paused_until_at = 0, None, None
            endpoint.save(update_fields=["failures", "failing_since_at", "paused_until_at"])
        return
    endpoint.failures += len(came)
    endpoint.failing_since_at = endpoint.failing_since_at or now
    failing_for = now - endpoint.failing_since_at
    asked = max(rules.asked_to_wait(each.retry_after, now) for each in came)
    pause = max(timedelta(seconds=rules.pause_seconds(failing_for.total_seconds())), asked)
    endpoint.paused_until_at = max(now + pause, endpoint.paused_until_at or now)
    endpoint.save(update_fields=["failures", "failing_since_at", "paused_until_at"])
    if any(each.status is not None and rules.is_gone(each.status) for each in came):
        endpoints.give_up(endpoint, GONE)
    elif failing_for > rules.DISABLE_AFTER:
        endpoints.give_up(endpoint, NOBODY_ANSWERS)
