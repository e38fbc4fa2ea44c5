"""Cases, read. What the case page shows stands in `case_page`."""

from uuid import UUID

from django.db.models import QuerySet

from common.errors import NotFound
from reviews.models import Case
from staff.actors import Actor
from staff.permissions import Permission


def cases_visible_to(actor: Actor) -> QuerySet[Case]:
    """Cases that the actor may see. Raises NotAllowed without the permission."""
    actor.require(Permission.SEE_CASES)
    return Case.objects.select_related("account__platform", "policy")


def get_case(actor: Actor, case_id: UUID) -> Case:
    """The case. Raises NotFound."""
    case = cases_visible_to(actor).filter(pk=case_id).first()
    if case is None:
        raise NotFound("There is no case with this id.")
    return case
