"""Decisions, read."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from reviews.models import Decision
from staff.models import User
from takedowns.models import Enforcement
from takedowns.selectors import enforcements


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, and its enforcement when it has one."""

    decision: Decision
    enforcement: Enforcement | None


def newest_by(person: User) -> Decision | None:
    """The newest decision that the person made or approved."""
    return next(iter(_by(person, 1)), None)


def latest_by(person: User, *, count: int = 10) -> list[Decided]:
    """The last decisions that the person made or approved, with their enforcement, newest first."""
    rows = _by(person, count)
    sent = enforcements.of_causes([row.cause for row in rows])
    return [Decided(row, sent.get(row.cause)) for row in rows]


def _by(person: User, count: int) -> list[Decision]:
    """One statement over two short index scans. Two conditions, on the columns or on the lists of ids, would read every
    decision that there is."""
    single = Decision.objects.filter(batch=None)
    made = single.filter(decided_by=person).order_by("-decided_at", "-id").values("pk")[:count]
    answered = single.filter(approver=person).order_by("-answered_at", "-id").values("pk")[:count]
    known = Decision.objects.filter(pk__in=made.union(answered)).select_related("account__platform", "policy", "case")
    return sorted(known, key=lambda row: _moment_of(row, person), reverse=True)[:count]


def _moment_of(row: Decision, person: User) -> tuple[datetime, UUID]:
    return (row.settled_at if row.approver_id == person.pk else row.decided_at), row.pk
