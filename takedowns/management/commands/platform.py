"""`platform create SLUG --connector NAME [--url …]`: a platform to enforce on."""

from argparse import ArgumentParser
from typing import Any

from accounts.services import platforms
from common.commands import Command as Base
from staff.actors import operator
from takedowns.connectors import connector_for


class Command(Base):
    """Makes platforms."""

    help = "Add a platform whose accounts are reviewed."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("gesture", choices=["create"])
        parser.add_argument("slug")
        parser.add_argument("--connector", required=True, help="how takedowns reach it")
        parser.add_argument("--name", default="", help="what people call it; the slug when left out")
        parser.add_argument("--url", default="", help="where it answers")
        parser.add_argument("--requests-per-minute", type=int, help="at most this many; no limit when left out")

    def run(self, **options: Any) -> dict[str, Any]:
        connector_for(options["connector"], options["url"])  # refuses a name or a URL that no takedown could use
        made = platforms.create(
            operator(),
            slug=options["slug"],
            name=options["name"] or options["slug"],
            connector=options["connector"],
            url=options["url"],
            requests_per_minute=options["requests_per_minute"],
        )
        return {"platform": made.slug, "connector": made.connector, "url": made.url}
