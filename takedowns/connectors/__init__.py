"""Connectors by name. A new one is a module here and a line in `KINDS`."""

import logging
from functools import lru_cache
from typing import Final

from accounts.models import Platform
from accounts.selectors.platforms import secret_of
from common.encryption import Unreadable
from common.errors import Invalid
from takedowns.connectors import atproto, file, mastodon, matrix, mediawiki, simulator, webhook
from takedowns.connectors.base import Action, Answer, Capabilities, Connector, Kind, Look, Reach

__all__ = ["KINDS", "Action", "Answer", "Capabilities", "Connector", "Look", "connector_for", "known_connector"]

log = logging.getLogger(__name__)

KINDS: Final[dict[str, Kind]] = {
    "atproto": atproto.KIND,
    "file": file.KIND,
    "mastodon": mastodon.KIND,
    "matrix": matrix.KIND,
    "mediawiki": mediawiki.KIND,
    "simulator": simulator.KIND,
    "webhook": webhook.KIND,
}


def kind_of(name: str) -> Kind:
    """The kind of platform that `name` reaches. Raises Invalid."""
    if name not in KINDS:
        known = ", ".join(sorted(KINDS))
        raise Invalid(f"There is no connector {name!r}; there are: {known}.", fields={"connector": f"one of {known}"})
    return KINDS[name]


@lru_cache(maxsize=64)
def connector_for(name: str, reach: Reach) -> Connector:
    """The connector called `name` for the platform at `reach`, one per process, so that its connections are kept.

    Raises Invalid when there is none of that name, or what was said of the platform can't be right.
    """
    return kind_of(name).build(reach)


def reach_of(platform: Platform) -> Reach:
    """How the platform is reached. Raises Invalid when its secret can't be read any more."""
    try:
        secret = secret_of(platform)
    except Unreadable as error:
        raise Invalid(f"{error} Give the platform its secret again.", fields={"secret": "unreadable"}) from None
    return Reach(platform.url, tuple(sorted(platform.settings.items())), secret)


def known_connector(platform: Platform) -> Connector | None:
    """The platform's connector; None, and a line in the log, when it has none that may be used."""
    try:
        return connector_for(platform.connector, reach_of(platform))
    except Invalid as error:
        log.error("Nobody speaks with %s: %s", platform.slug, error.message)
        return None
