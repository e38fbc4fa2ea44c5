"""`starters`: the starter policies and queues, for an installation of one's own. Safe to run again."""

from typing import Any

from common.commands import Command as Base
from reviews.services import policies
from staff.actors import operator


class Command(Base):
    """Installs the starter set."""

    help = "Install the starter policies and queues; what is there already stays as it is."

    def run(self, **options: Any) -> dict[str, Any]:
        return {"installed": policies.install_starters(operator())}
