"""People, read."""

from common.errors import NotFound
from staff.models import User


def get_person(username: str) -> User:
    """The person with this username. Raises NotFound."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise NotFound(f"Nobody here has the username {username!r}.", fields={"username": "not known"})
    return user
