"""Refreshing: the rollups are brought up to the raw rows, bucket by bucket, by following marks.

For each part, by itself, so that none holds up another:

1. read the clock, then the newest mark that can be seen: everything committed before has its mark at or below it;
2. in one short transaction, take some of these marks and count the buckets that they name anew from raw rows;
3. again, until none at or below is left; then stamp the part as fresh as of (1).

A transaction is short, since one left open would hold up the sealing of the log. An advisory lock keeps two refreshes
of one part apart; a part that never was refreshed marks everything first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog
from django.db import transaction

from audit.services import record, subject
from common import clock
from insights import audit_actions
from insights.choices import Part
from insights.models import Freshness
from insights.services.publishing import publish_definitions
from insights.services.rollups import cases, decisions, detections, flags, marks, tallies, topics
from insights.services.rollups.sql import fetch, run
from staff.actors import Actor
from staff.permissions import Permission

log = structlog.get_logger(__name__)
_LOCK_SPACE: Final = 0x1251


@dataclass(frozen=True)
class Rollup:
    """One part: how it recounts what marks up to an id name, and how it marks everything."""

    part: Part
    recount: Callable[[int], int]
    mark_all: Callable[[], None]


ROLLUPS: Final = (
    Rollup(Part.DECISIONS, decisions.recount, decisions.mark_all),
    Rollup(Part.CASES, cases.recount, cases.mark_all),
    Rollup(Part.DETECTIONS, detections.recount, detections.mark_all),
    Rollup(Part.TOPICS, topics.recount, topics.mark_all),
    Rollup(Part.TALLIES, tallies.recount, tallies.mark_all),
    Rollup(Part.FLAGS, flags.recount, flags.mark_all),
)


def refresh(actor: Actor, *, wait: bool = False) -> int:
    """Bring every part up to date. A part that fails doesn't keep the others from it.

    A part that another refresh is at is left to that one, unless `wait`.

    Returns how many buckets were counted anew.
    Raises NotAllowed without the right, DefinitionChanged before anything is counted, and a part's own error after the
    others are done.
    Audit: definition.published for new definitions; counting itself changes nothing anybody did.
    """
    actor.require(Permission.COUNT_STATISTICS)
    publish_definitions(actor)
    recounted, failure = 0, None
    for rollup in ROLLUPS:
        try:
            recounted += _refresh(rollup, wait=wait)
        except Exception as error:
            log.exception("refresh failed", part=rollup.part)
            failure = error
    if failure:
        raise failure
    return recounted


def rebuild(actor: Actor) -> int:
    """Count everything anew from raw rows: every bucket there is, or was, is marked and refreshed.

    Readers see the old figures until a bucket's new ones are there. Returns how many buckets were counted.
    Audit: statistics.rebuilt.
    """
    actor.require(Permission.COUNT_STATISTICS)
    with transaction.atomic():
        for rollup in ROLLUPS:
            rollup.mark_all()
    recounted = refresh(actor, wait=True)
    with transaction.atomic():
        record(actor, audit_actions.REBUILT, [subject("statistics", "all")], recounted=recounted)
    return recounted


def _refresh(rollup: Rollup, *, wait: bool) -> int:
    if not Freshness.objects.filter(part=rollup.part).exists():
        with transaction.atomic():
            rollup.mark_all()
    as_of, upto, total = clock.now(), marks.newest(), 0
    while True:
        with transaction.atomic():
            if not _lock(rollup.part, wait=wait):
                return total
            run("SET LOCAL work_mem = '64MB'")  # percentiles sort a month at a time; the default spills to disk
            if not (recounted := rollup.recount(upto)):
                stamp = {"refreshed_at": as_of, "watermark": upto, "recounted": total}
                Freshness.objects.update_or_create(part=rollup.part, defaults=stamp)
                return total
            total += recounted


def _lock(part: Part, *, wait: bool) -> bool:
    """Whether no other refresh is at this part; if so, none can be until this transaction ends."""
    at = {"space": _LOCK_SPACE, "place": list(Part).index(part)}
    if wait:
        fetch("SELECT pg_advisory_xact_lock(%(space)s, %(place)s)", at)
        return True
    ((taken,),) = fetch("SELECT pg_try_advisory_xact_lock(%(space)s, %(place)s)", at)
    return bool(taken)
