"""What a running batch shows beside its counts: how fast it goes, and which accounts are not applied yet, and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from reviews.models import Batch
from reviews.selectors.batches import Progress
from takedowns.choices import State
from takedowns.models import Enforcement

RATE_OVER = timedelta(seconds=30)
IN_TROUBLE = [State.FAILED, State.UNKNOWN, State.RETRYING]


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a batch goes, and how long it will take: None where that can't be told."""

    per_second: float
    seconds_left: float | None


def pace_of(batch: Batch, progress: Progress, *, at: datetime) -> Pace:
    """The batch's pace at this moment. Before it starts and once nothing is left there is none."""
    if batch.started_at is None:
        return Pace(0.0, None)
    rate = per_second(batch, at=at, over=RATE_OVER)
    left = progress.to_decide + progress.under_way
    return Pace(rate, left / rate if rate and left else None)


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
