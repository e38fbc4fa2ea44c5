"""Saved views of the list of cases, read."""

from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from common.errors import NotFound
from reviews.models import SavedView
from staff.actors import Actor
from staff.permissions import Permission

MOST_TABS: Final = 6


def views_visible_to(actor: Actor) -> QuerySet[SavedView]:
    """The person's own views and the shared ones, oldest first. Raises NotAllowed."""
    actor.require(Permission.SEE_CASES)
    seen = SavedView.objects.filter(Q(owner=actor.person()) | Q(is_shared=True))
    return seen.select_related("owner").order_by("created_at", "pk")


def get_view(actor: Actor, slug: str) -> SavedView:
    """The view. Raises NotFound, also for another person's private one; NotAllowed."""
    view = views_visible_to(actor).filter(slug=slug).first()
    if view is None:
        raise NotFound(_("There is no such view."))
    return view


def may_change(actor: Actor, view: SavedView) -> bool:
    """Whether the actor may change or delete the view: its owner may, and whoever oversees the work a shared one."""
    return view.owner_id == actor.person().pk or (view.is_shared and Permission.MANAGE_VIEWS in actor.may)
