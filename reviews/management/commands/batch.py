"""`batch approve ID --as USERNAME`: an operator at the shell stands for a batch in a person's name; the log says so."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from common.commands import Command as Base
from reviews.services import batches
from staff.actors import operator
from staff.selectors.people import get_person


class Command(Base):
    """Approves batches."""

    help = "Approve a planned batch in the name of a supervisor; it runs at once."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("gesture", choices=["approve"])
        parser.add_argument("id", type=UUID)
        parser.add_argument("--as", dest="username", required=True, help="the supervisor, who did not ask for it")

    def run(self, **options: Any) -> dict[str, Any]:
        batch = batches.approve(operator(get_person(options["username"])), batch_id=options["id"])
        return {"batch": str(batch.pk), "state": batch.state, "counts": batch.counts}
