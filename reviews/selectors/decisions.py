"""Decisions, read."""

from dataclasses import dataclass
from uuid import UUID

from common.errors import NotFound
from reviews.models import Decision
from staff.actors import Actor
from staff.models import User
from staff.permissions import Permission
from takedowns.models import Enforcement
from takedowns.selectors import enforcements


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, and its enforcement when it has one."""

    decision: Decision
    enforcement: Enforcement | None


def get_decision(actor: Actor, decision_id: UUID) -> Decision:
    """The decision, with case, account and policy. Raises NotFound, NotAllowed."""
    actor.require(Permission.SEE_CASES)
    rows = Decision.objects.select_related("case", "account__platform", "policy", "decided_by", "batch")
    row = rows.filter(pk=decision_id).first()
    if row is None:
        raise NotFound("There is no decision with this id.")
    return row


def latest_by(person: User, *, count: int = 10) -> list[Decided]:
    """The person's own last decisions with their enforcement, newest first."""
    rows = list(
        Decision.objects.filter(decided_by=person, batch=None)
        .select_related("account__platform", "policy", "case")
        .order_by("-decided_at", "-id")[:count]
    )
    sent = enforcements.of_causes([f"decision:{row.pk}" for row in rows])
    return [Decided(row, sent.get(f"decision:{row.pk}")) for row in rows]
