"""The naive recount of queues: every case against every filter in plain Python, without any of the tallies' SQL."""

from datetime import UTC, datetime, timedelta

from reviews.models import Case, Queue
from reviews.selectors.tallies import Tally

OPEN = {"waiting", "claimed", "held", "escalated", "second_look"}
BANDS = {
    "unknown": (None, None),
    "under_1k": (0, 1_000),
    "from_1k": (1_000, 10_000),
    "from_10k": (10_000, 100_000),
    "from_100k": (100_000, 1_000_000),
    "from_1m": (1_000_000, 10**12),
}


def count(
    queue: Queue, at: datetime, *, languages: list[str] | None = None, clearances: list[str] | None = None
) -> Tally:
    """What the queue holds at `at` for somebody who reads `languages` (None: all) and has `clearances` (None: all)."""
    cases = [case for case in _cases() if _admits(queue, case) and _is_shown(case, languages, clearances)]
    aged = [case for case in cases if _is_old_enough(queue, case, at)]
    held = [case for case in aged if case.state in OPEN]
    waiting = [case for case in held if case.state == "waiting"]
    still = [case.due_at for case in waiting if case.due_at >= at and not queue.older_than_hours]
    since = _five_minutes(at - timedelta(hours=1))
    return Tally(
        waiting=len(waiting),
        claimed=sum(case.state == "claimed" for case in held),
        held=sum(case.state == "held" for case in held),
        past_due=sum(case.due_at < at for case in held),
        oldest_at=min((case.opened_at for case in waiting), default=None),
        next_due_at=min(still, default=None),
        opened=sum(case.opened_at >= since for case in cases),
        decided=sum(case.state == "decided" and case.closed_at >= since for case in cases),
    )


def _cases() -> list[Case]:
    return list(Case.objects.select_related("lane__policy", "lane__platform"))


def _admits(queue: Queue, case: Case) -> bool:
    lane = case.lane
    wanted = {policy.pk for policy in queue.policies.all()}
    return (
        (not wanted or lane.policy_id in wanted)
        and queue.severity_from <= lane.policy.severity <= queue.severity_to
        and (not queue.languages or lane.language in queue.languages)
        and (not queue.platforms or lane.platform.slug in queue.platforms)
        and (not queue.source_kinds or bool(set(queue.source_kinds) & set(lane.source_kinds)))
        and (not queue.protected_classes or lane.protected_class in queue.protected_classes)
        and (not queue.follower_bands or lane.follower_band in queue.follower_bands)
    )


def _is_shown(case: Case, languages: list[str] | None, clearances: list[str] | None) -> bool:
    reads = not languages or case.lane.language in {*languages, "", "und"}
    return reads and (clearances is None or set(case.lane.clearances) <= set(clearances))


def _is_old_enough(queue: Queue, case: Case, at: datetime) -> bool:
    return queue.older_than_hours is None or case.opened_at < at - timedelta(hours=queue.older_than_hours)


def _five_minutes(at: datetime) -> datetime:
    seconds = int(at.timestamp()) // 300 * 300
    return datetime.fromtimestamp(seconds, UTC)
