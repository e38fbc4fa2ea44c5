"""`queues check`: whether what the queues tell equals a count of every case. `queues recount`: counted anew."""

from argparse import ArgumentParser
from typing import Any

from common import clock
from common.commands import Command as Base
from reviews.selectors import tallies
from reviews.services import tallying
from staff.actors import operator


class Command(Base):
    """Checks the tallies of queues, and makes them anew."""

    help = "Check what the queues tell against a count of every case, or count it anew."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("gesture", choices=["check", "recount"])

    def run(self, **options: Any) -> dict[str, Any]:
        if options["gesture"] == "recount":
            tallying.rebuild(operator())
        return {"differences": tallies.differences(at=clock.now())}
