"""Connectors by name. A new one is a module here and a line in `BUILDERS`."""

import logging
from collections.abc import Callable
from functools import lru_cache

from accounts.models import Platform
from common.errors import Invalid
from takedowns.connectors import simulator
from takedowns.connectors.base import Action, Answer, Capabilities, Connector, Look

__all__ = ["BUILDERS", "Action", "Answer", "Capabilities", "Connector", "Look", "connector_for", "known_connector"]

log = logging.getLogger(__name__)

BUILDERS: dict[str, Callable[[str], Connector]] = {
    "simulator": simulator.build,
}


@lru_cache(maxsize=64)
def connector_for(name: str, url: str) -> Connector:
    """The connector called `name` for the platform at `url`, one per process, so that its connections are kept.

    Raises Invalid when there is none of that name, or no request may go to that URL.
    """
    if name not in BUILDERS:
        raise Invalid(f"There is no connector {name!r}; there are: {', '.join(sorted(BUILDERS))}.")
    return BUILDERS[name](url)


def known_connector(platform: Platform) -> Connector | None:
    """The platform's connector; None, and a line in the log, when it has none that may be used."""
    try:
        return connector_for(platform.connector, platform.url)
    except Invalid as error:
        log.error("Nobody speaks with %s: %s", platform.slug, error.message)
        return None
