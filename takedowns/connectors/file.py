"""A platform that is worked by hand: what is to be done leaves as a CSV, and what was done comes back as one.

Nothing is sent from here: `takedowns.services.by_hand` hands the rows out and takes in what became of them.
"""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext_lazy as _

from takedowns.choices import Outcome, Standing
from takedowns.connectors.base import Action, Answer, Capabilities, Connector, Kind, Look, Reach

_NOT_HERE: Final = "This platform is worked by hand."


class File:
    """Sends nothing and asks nobody."""

    capabilities = Capabilities(
        is_idempotent=False,
        can_be_asked=False,
        bulk_size=1,
        concurrency=1,
        timeout_seconds=1.0,
        settles_within_seconds=0.0,
        by_hand=True,
    )

    def send(self, actions: Sequence[Action]) -> list[Answer]:
        """See `Connector.send`. Dispatch leaves such platforms alone; whoever doesn't is told that nothing left."""
        return [Answer(Outcome.NOT_SENT, error=_NOT_HERE)] * len(actions)

    def look_up(self, external_id: str) -> Look:
        """See `Connector.look_up`."""
        return Look(Standing.UNCLEAR, error=_NOT_HERE)

    def look_up_many(self, external_ids: Sequence[str]) -> list[Look]:
        """See `Connector.look_up_many`."""
        return [self.look_up(external_id) for external_id in external_ids]

    def check(self) -> str:
        """See `Connector.check`: there is nobody to be reached."""
        return ""


def build(reach: Reach) -> Connector:
    """The connector; it takes no address and no secret."""
    return File()


KIND = Kind(title=_("By hand (CSV)"), build=build, url_help=_("Where people do it; only for them to read."))
