"""People, read."""

from common.errors import NotFound
from staff.models import User
from staff.permissions import OF_ROLE, Permission


def get_person(username: str) -> User:
    """The person with this username. Raises NotFound."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise NotFound(f"Nobody here has the username {username!r}.", fields={"username": "not known"})
    return user


def with_permission(permission: Permission) -> list[User]:
    """The people who are here and have `permission`, by pseudonym."""
    roles = [role for role, may in OF_ROLE.items() if permission in may]
    return list(User.objects.filter(is_active=True, role__in=roles).order_by("pseudonym"))
