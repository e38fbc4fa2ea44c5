"""Flags, as their own sender may read them."""

from uuid import UUID

from common.errors import NotFound
from reviews.models import Flag
from staff.actors import Actor
from staff.permissions import Permission


def get_own_flag(actor: Actor, flag_id: UUID) -> Flag:
    """The flag, when the actor's client sent it. Raises NotFound, NotAllowed."""
    return _own(actor, {"pk": flag_id}, "No flag of yours has this id.")


def get_own_flag_by_reference(actor: Actor, reference: str) -> Flag:
    """The flag that the actor's client sent under `client_reference`. Raises NotFound, NotAllowed."""
    return _own(actor, {"client_reference": reference}, f"No flag of yours has the client_reference {reference!r}.")


def _own(actor: Actor, condition: dict[str, object], missing: str) -> Flag:
    actor.require(Permission.READ_FLAGS)
    rows = Flag.objects.select_related("account__platform", "policy", "decision", "case", "legal_order")
    flag = rows.filter(client=actor.client, **condition).first() if actor.client else None
    if flag is None:
        raise NotFound(missing)
    return flag
