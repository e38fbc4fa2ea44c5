"""Organisations, read."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common.errors import NotFound
from staff.actors import Actor
from staff.models import Organisation
from staff.permissions import Permission


def organisations_visible_to(actor: Actor) -> QuerySet[Organisation]:
    """Every organisation, by name. Raises NotAllowed."""
    actor.require(Permission.SEE_SOURCES)
    return Organisation.objects.order_by("name")


def get_organisation(actor: Actor, organisation_id: UUID) -> Organisation:
    """The organisation. Raises NotFound, NotAllowed."""
    found = organisations_visible_to(actor).filter(pk=organisation_id).first()
    if found is None:
        raise NotFound(_("There is no organisation with this id."))
    return found
