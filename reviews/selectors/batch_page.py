"""What a running batch shows beside its counts: how fast it goes, and which accounts are not applied yet, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reviews.models import Batch
from reviews.selectors.batches import Progress
from takedowns.models import Enforcement

RATE_OVER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a batch goes, and how long it will take: None where that can't be told."""

    per_second: float
    seconds_left: float | None


def pace_of(batch: Batch, progress: Progress, *, at: datetime) -> Pace:
    """The batch's pace at this moment. Before it starts and once nothing is left there is none."""
    return _pace(batch.wave, batch.started_at, progress, at)


def revert_pace_of(batch: Batch, progress: Progress, *, at: datetime) -> Pace:
    """How fast the batch is reverted; takes the progress of that."""
    return _pace(batch.revert_wave, batch.revert_asked_at, progress, at)


def _pace(wave: str, since: datetime | None, progress: Progress, at: datetime) -> Pace:
    if since is None:
        return Pace(0.0, None)
    rate = _per_second(wave, since, at)
    left = progress.to_decide + progress.under_way
    return Pace(rate, left / rate if rate and left else None)


def not_applied(wave: str, states: Sequence[str], *, count: int) -> list[Enforcement]:
    """The first `count` enforcements of the wave in these states, with their accounts."""
    rows = Enforcement.objects.filter(wave=wave, state__in=states).select_related("account")
    return list(rows.order_by("state", "next_attempt_at", "pk")[:count])


def _per_second(wave: str, since: datetime, at: datetime) -> float:
    """Accounts applied per second in the time RATE_OVER before `at`, or since the start when that is shorter ago."""
    start = max(at - RATE_OVER, since)
    seconds = (at - start).total_seconds()
    return Enforcement.objects.filter(wave=wave, applied_at__gte=start).count() / seconds if seconds > 0 else 0.0
