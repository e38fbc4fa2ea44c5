"""Decisions, read."""

from uuid import UUID

from common.errors import NotFound
from reviews.models import Decision
from staff.actors import Actor
from staff.permissions import Permission


def get_decision(actor: Actor, decision_id: UUID) -> Decision:
    """The decision, with case, account and policy. Raises NotFound, NotAllowed."""
    actor.require(Permission.SEE_CASES)
    rows = Decision.objects.select_related("case", "account__platform", "policy", "decided_by", "batch")
    row = rows.filter(pk=decision_id).first()
    if row is None:
        raise NotFound("There is no decision with this id.")
    return row
