"""Decisions, read."""

from dataclasses import dataclass

from reviews.models import Decision
from staff.models import User
from takedowns.models import Enforcement
from takedowns.selectors import enforcements


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, and its enforcement when it has one."""

    decision: Decision
    enforcement: Enforcement | None


def latest_by(person: User, *, count: int = 10) -> list[Decided]:
    """The person's own last decisions with their enforcement, newest first."""
    rows = list(
        Decision.objects.filter(decided_by=person, batch=None)
        .select_related("account__platform", "policy", "case")
        .order_by("-decided_at", "-id")[:count]
    )
    sent = enforcements.of_causes([row.cause for row in rows])
    return [Decided(row, sent.get(row.cause)) for row in rows]
