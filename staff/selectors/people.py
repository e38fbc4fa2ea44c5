"""People, read."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common.errors import NotFound
from staff.actors import Actor
from staff.models import Team, User
from staff.permissions import OF_ROLE, Permission


def get_person(username: str) -> User:
    """The person with this username. Raises NotFound."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise NotFound(
            _("Nobody here has the username %(username)s.") % {"username": repr(username)},
            fields={"username": _("not known")},
        )
    return user


def with_permission(permission: Permission) -> list[User]:
    """The people who are here and have `permission`, by pseudonym."""
    roles = [role for role, may in OF_ROLE.items() if permission in may]
    return list(User.objects.filter(is_active=True, role__in=roles).order_by("pseudonym"))


def person_by_id(person_id: UUID) -> User:
    """The person, with their team. Raises NotFound."""
    person = User.objects.select_related("team").filter(pk=person_id).first()
    if person is None:
        raise NotFound(_("Nobody here has this id."))
    return person


def everybody(actor: Actor) -> QuerySet[User]:
    """Everybody who works here, then who left, by username, with their teams. Raises NotAllowed."""
    actor.require(Permission.MANAGE_STAFF)
    return User.objects.select_related("team").order_by("-is_active", "username")


def all_teams() -> QuerySet[Team]:
    """Every team, by name."""
    return Team.objects.order_by("name")
