"""Platforms are added and changed with what their connector wants to know, and tried."""

from dataclasses import replace

from accounts.models import Platform
from accounts.selectors.platforms import get_platform, secret_of
from accounts.services import platforms
from accounts.services.platforms import PlatformSaid
from common.errors import Invalid
from staff.actors import Actor
from staff.permissions import Permission
from takedowns.connectors import connector_for, kind_of, reach_of
from takedowns.connectors.base import Kind, Reach


def create(actor: Actor, *, slug: str, said: PlatformSaid) -> tuple[Platform, str]:
    """A platform exists that takedowns can reach; without a secret, one is made where its connector needs one.

    Returns it, and the secret that was made (else ""), which is told this once. Raises Invalid naming the field;
    NotAllowed. Audit: platform.created.
    """
    kind = kind_of(said.connector)
    made = kind.new_secret() if kind.new_secret and not said.secret else ""
    limit = said.requests_per_minute or kind.requests_per_minute
    said = replace(said, secret=said.secret or made, requests_per_minute=limit)
    _check(kind, said, said.secret)
    return platforms.create(actor, slug=slug, said=said), made


def change(actor: Actor, *, slug: str, said: PlatformSaid) -> Platform:
    """The platform is as said from now on; an empty secret keeps the one it has.

    Raises NotFound; Invalid naming the field; NotAllowed. Audit: platform.changed.
    """
    there = get_platform(slug)
    _check(kind_of(there.connector), said, said.secret or secret_of(there))
    return platforms.change(actor, slug=slug, said=said)


def check(actor: Actor, *, slug: str) -> str:
    """Whether takedowns would get through to the platform: "" when they would, else a sentence on what to do.

    Changes nothing there; takes up to the connector's time-out. Raises NotFound, NotAllowed, Invalid.
    """
    actor.require(Permission.MANAGE_PLATFORMS)
    platform = get_platform(slug)
    return connector_for(platform.connector, reach_of(platform)).check()


def _check(kind: Kind, said: PlatformSaid, secret: str) -> None:
    """Raises Invalid for a setting that the connector doesn't know, one that is missing, and what `build` refuses."""
    known = {each.name: each for each in kind.settings}
    faults = {name: "unknown" for name in said.settings if name not in known}
    faults |= {each.name: "missing" for each in kind.settings if each.is_required and not said.settings.get(each.name)}
    faults |= {
        name: f"one of {', '.join(known[name].choices)}"
        for name, text in said.settings.items()
        if name in known and known[name].choices and text not in known[name].choices
    }
    if faults:
        raise Invalid("; ".join(f"{name}: {what}" for name, what in faults.items()) + ".", fields=faults)
    kind.build(Reach(said.url, tuple(sorted(said.settings.items())), secret))
