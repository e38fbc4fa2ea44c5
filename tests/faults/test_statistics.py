"""Statistics are computed by the worker: without it they stand still, with it they are right again by themselves."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from insights.selectors import statistics
from insights.selectors.answers import Asked
from staff.actors import Actor
from tests.cast import a_decision, a_person
from tests.faults.running import eventually, running

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]


def figure(actor: Actor) -> tuple[datetime | None, list[dict[str, Any]]]:
    """Suspensions and keeps by day, and when they were counted."""
    found = statistics.get_statistic(actor, "decisions", Asked())
    return found.refreshed_at, [dict(row) for row in found.rows]


def suspensions(actor: Actor) -> int:
    """The published number of suspensions."""
    return sum(int(row["suspensions"]) for row in figure(actor)[1])


def test_they_stand_still_without_the_worker_and_are_right_after_it(tmp_path: Path) -> None:
    moderator = a_person("moderator")
    with running(tmp_path, undo_seconds=0) as processes:
        a_decision(moderator)
        eventually(lambda: suspensions(moderator) == 1, seconds=60, what="The first figure")
        processes.stop_worker()
        before = figure(moderator)
        a_decision(moderator)
        processes.wait_for_beat(seconds=15)  # longer than the interval in which the refresh is due
        assert figure(moderator) == before
        processes.start_worker()
        eventually(lambda: suspensions(moderator) == 2, seconds=60, what="The second figure")
        eventually(lambda: is_newer(figure(moderator)[0], before[0]), seconds=60, what="Its freshness")


def is_newer(refreshed_at: datetime | None, before: datetime | None) -> bool:
    """Whether the figures were counted since."""
    return refreshed_at is not None and before is not None and refreshed_at > before
