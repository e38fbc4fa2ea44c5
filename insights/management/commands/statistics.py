"""`manage.py statistics rebuild`: every rollup anew from raw rows. `statistics refresh`: what beat does, now."""

from argparse import ArgumentParser
from time import monotonic
from typing import Any

from common.commands import Command as Base
from insights.services import refreshing
from staff import actors


class Command(Base):
    help = "Count statistics: `rebuild` from raw rows, all of them; `refresh` only what was touched."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["rebuild", "refresh"])

    def run(self, **options: Any) -> dict[str, Any]:
        started = monotonic()
        gesture = refreshing.rebuild if options["what"] == "rebuild" else refreshing.refresh
        recounted = gesture(actors.operator())
        return {"recounted": recounted, "seconds": round(monotonic() - started, 3)}
