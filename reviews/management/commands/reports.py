"""`reports start SLUG --policy CODE --client NAME`, `stop SLUG`, `pull`: users' reports become flags."""

from argparse import ArgumentParser
from typing import Any

from common.commands import Command as Base
from reviews.services import pulling
from staff.actors import operator


class Command(Base):
    """Starts and stops the pulling of reports, and pulls now what is due."""

    help = "Have what users report on a platform pulled in as flags, or stop that; pull what is due now."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("gesture", choices=["start", "stop", "pull"])
        parser.add_argument("slug", nargs="?", default="")
        parser.add_argument("--policy", default="", help="the code of the policy that reports are flagged under")
        parser.add_argument("--client", default="", help="the API client, of kind user_report, whose flags they become")

    def run(self, **options: Any) -> dict[str, Any]:
        slug = options["slug"]
        if options["gesture"] == "pull":
            return {"flags": pulling.pull_due()}
        if options["gesture"] == "stop":
            pulling.stop(operator(), slug=slug)
            return {"platform": slug, "reports": "stopped"}
        pulling.start(operator(), slug=slug, policy=options["policy"], client=options["client"])
        return {"platform": slug, "reports": "pulled in"}
