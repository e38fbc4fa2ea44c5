"""What the first page shows beside the queues: a person's day, and what comes next."""

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from reviews.choices import DecisionState
from reviews.models import Case, Decision
from reviews.rules.humane import Limits
from reviews.selectors import serving
from staff.models import User


@dataclass(frozen=True, slots=True)
class Day:
    """What a person decided today (UTC), one by one, without what was undone; and the median seconds from claim to
    decision (None: nothing)."""

    decided: int
    median_seconds: float | None


def day_of(person: User, *, at: datetime) -> Day:
    """The person's day up to `at`. Batches don't count: nobody looked at their accounts one by one."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Decision.objects.filter(decided_by=person, decided_at__gte=midnight, claim__isnull=False, batch=None)
    moments = rows.exclude(state=DecisionState.UNDONE).values_list("claim__claimed_at", "decided_at")
    taken = [(decided_at - claimed_at).total_seconds() for claimed_at, decided_at in moments]
    return Day(decided=len(taken), median_seconds=median(taken) if taken else None)


def up_next(person: User, limits: Limits, *, at: datetime) -> Case | None:
    """The case that the person would be given at `at`; it may be somebody else's a moment later."""
    return serving.next_case(person, None, at=at, limits=limits)
