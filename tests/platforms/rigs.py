"""What the contract needs of a platform, whichever it is, and the platforms by name."""

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final, Protocol

from takedowns.connectors.base import Reach
from tests.platforms.servers import mastodon, mediawiki, pds, synapse


class Rig(Protocol):
    """A running platform. `acting` occurs in each call that acts, and in no other. `limited` is how it says that it is
    asked too often, and `limited_seconds` for how long it then wants to be left alone. Where `counts_effects`,
    `effects` tells how often an account was suspended."""

    kind: str
    url: str
    acting: bytes
    counts_effects: bool
    limited_seconds: float

    @property
    def limited(self) -> tuple[int, Mapping[str, str], Any]: ...

    def reach(self, url: str = "") -> Reach: ...

    def wrong_reach(self) -> Reach: ...

    def new_account(self) -> str: ...

    def unknown_account(self) -> str: ...

    def can_act(self, account: str) -> bool: ...

    def effects(self, account: str) -> int: ...


SERVERS: Final[dict[str, Callable[[Path], AbstractContextManager[Rig]]]] = {
    "matrix": synapse.a_server,
    "mediawiki": mediawiki.a_server,
    "atproto": pds.a_server,
    "mastodon": mastodon.a_server,
}


def chosen() -> list[str]:
    """The platforms that this run is about: all, or those that PLATFORMS names, with commas between."""
    wanted = os.environ.get("PLATFORMS", "")
    return [name for name in SERVERS if not wanted or name in wanted.split(",")]
