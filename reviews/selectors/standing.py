"""How a source stands, as it is told itself: its last warning, and whether its flags are processed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Sum

from reviews.errors import SourceSuspended
from reviews.models import MisuseWarning, ProcessingSuspension, Source
from reviews.rules import misuse
from reviews.rules.precision import WINDOW_DAYS


@dataclass(frozen=True, slots=True)
class Standing:
    """The warning that holds, the suspension that stands, and how many flags were refused in the window."""

    warning: MisuseWarning | None
    suspension: ProcessingSuspension | None
    refused: int


def suspension_of(source: Source, *, at: datetime) -> ProcessingSuspension | None:
    """The suspension that stands on the source at `at`. No statement when there is none."""
    if not misuse.is_suspended(source.suspended_until, at):
        return None
    return ProcessingSuspension.objects.filter(source=source).latest("imposed_at")


def refusal_of(source: Source, *, at: datetime) -> SourceSuspended | None:
    """What the source's flags are answered with at `at`, while its processing is suspended."""
    standing = suspension_of(source, at=at)
    return SourceSuspended.until(standing.ends_at, standing.reason) if standing else None


def standing_of(source: Source, *, at: datetime) -> Standing:
    """How the source stands at `at`."""
    since = at - timedelta(days=misuse.WARNING_HOLDS_DAYS)
    warnings = MisuseWarning.objects.filter(source=source, given_at__gte=since)
    days = source.days.filter(day__gte=(at - timedelta(days=WINDOW_DAYS)).date())
    return Standing(
        warning=warnings.order_by("-given_at").first(),
        suspension=suspension_of(source, at=at),
        refused=days.aggregate(many=Sum("refused"))["many"] or 0,
    )
