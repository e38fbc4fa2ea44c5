"""What the doors of this package share: who asks."""

from typing import cast

from django.http import HttpRequest

from staff import actors
from staff.actors import Actor
from staff.models import User


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in person as an actor."""
    return actors.person(cast(User, request.user))
