"""What a running batch shows beside its counts: how fast it goes, and which accounts are not applied yet, and why."""

from datetime import datetime, timedelta

from reviews.models import Batch
from takedowns.choices import State
from takedowns.models import Enforcement

IN_TROUBLE = [State.FAILED, State.UNKNOWN, State.RETRYING]


def not_applied(batch: Batch, *, count: int) -> list[Enforcement]:
    """The first `count` enforcements of the batch that failed, are unknown, or are tried again, with their accounts."""
    rows = Enforcement.objects.filter(wave=batch.wave, state__in=IN_TROUBLE).select_related("account")
    return list(rows.order_by("state", "next_attempt_at", "pk")[:count])


def applied_since(batch: Batch, moment: datetime) -> int:
    """How many of the batch were applied from `moment` on."""
    return Enforcement.objects.filter(wave=batch.wave, applied_at__gte=moment).count()


def per_second(batch: Batch, *, at: datetime, over: timedelta) -> float:
    """Accounts applied per second in the time `over` before `at`, or since the start when that is shorter ago."""
    start = max(at - over, batch.started_at or at)
    seconds = (at - start).total_seconds()
    return applied_since(batch, start) / seconds if seconds else 0.0
