"""Connectors by name. A new one is a module here and a line in `BUILDERS`."""

from collections.abc import Callable
from functools import lru_cache

from common.errors import Invalid
from takedowns.connectors import simulator
from takedowns.connectors.base import Action, Answer, Capabilities, Connector, Look

__all__ = ["BUILDERS", "Action", "Answer", "Capabilities", "Connector", "Look", "connector_for"]

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
