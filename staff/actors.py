"""The actor: who does something, for every service. Never None; the system is an explicit actor."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from audit.choices import ActorKind
from common.errors import NotAllowed
from staff import permissions
from staff.permissions import Permission

if TYPE_CHECKING:
    from staff.models import ApiClient, User


@dataclass(frozen=True)
class Actor:
    """A person, an API client (for itself or for a person), or the system, with what it may do.

    `user` is the person, also when a client acts for one; `client` the API client; both None for the system.
    """

    kind: str
    key: str
    label: str
    may: frozenset[Permission]
    user: "User | None" = None
    client: "ApiClient | None" = None
    on_behalf_of: str = ""

    def require(self, permission: Permission) -> None:
        """Raises NotAllowed unless the actor has `permission`."""
        if permission not in self.may:
            raise NotAllowed(
                _("%(who)s may not %(what)s.") % {"who": self.label, "what": _(permission)},
                code="not-allowed",
            )

    def person(self) -> "User":
        """The person who acts. Raises NotAllowed for a client that names nobody, and for the system."""
        if self.user is None:
            raise NotAllowed(
                _("%(who)s must act for a person here: name one in `staff`.") % {"who": self.label},
                code="person-needed",
            )
        return self.user


def person(user: "User") -> Actor:
    """The actor for a signed-in person."""
    return Actor(
        kind=ActorKind.PERSON,
        key=user.actor_key,
        label=user.pseudonym,
        may=permissions.of_role(user.role),
        user=user,
    )


def client(api_client: "ApiClient", scopes: list[str]) -> Actor:
    """The actor for an API client that speaks for itself, with the scopes of the key it used."""
    return Actor(
        kind=ActorKind.CLIENT,
        key=api_client.actor_key,
        label=api_client.name,
        may=permissions.of_scopes(scopes),
        client=api_client,
    )


def acting_for(actor: Actor, user: "User", scopes: list[str]) -> Actor:
    """The same client's actor, acting for a person it was given."""
    return replace(actor, may=permissions.for_a_person(scopes, user.role), user=user, on_behalf_of=user.actor_key)


SYSTEM = Actor(kind=ActorKind.SYSTEM, key="system", label="Caseload", may=permissions.SYSTEM)


def operator(user: "User | None" = None) -> Actor:
    """The actor for somebody at the shell: the system's rights, and the person's name where one is given."""
    if user is None:
        return replace(SYSTEM, key="system:shell", label="Operator at the shell")
    return replace(person(user), key=user.actor_key, label=f"{user.pseudonym} (at the shell)")
