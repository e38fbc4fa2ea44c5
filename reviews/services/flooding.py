"""Floods begin and end: a sweep counts what each source sent within the hour. See `reviews.rules.flood`.

Recipe of `watch`:
 1. Once a day, each source's bound follows from what it sent in the days before, floods aside.
 2. A source that sent more than its bound within the hour floods from the flag on that passed it.
 3. A flood ends once the hour's flags are back within the bound. What was part of it stays so.
 4. The cases with flags of a flood that was just found are ranked anew.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction

import audit.services as audit
from common import clock
from reviews import audit_actions
from reviews.models import Flood, Source
from reviews.rules import flood
from reviews.services.precision import rank_stale_sources
from staff.actors import Actor

_SENT_BEFORE = """
    SELECT f.source_id, count(*), min(f.received_at) FROM reviews_flag f
    WHERE f.received_at >= %s AND f.received_at < %s AND NOT EXISTS (
        SELECT FROM reviews_flood fl
        WHERE fl.source_id = f.source_id AND f.received_at >= fl.began_at
          AND (fl.ended_at IS NULL OR f.received_at < fl.ended_at)
    )
    GROUP BY f.source_id
"""
_SENT_WITHIN = """
    SELECT source_id, count(*) FROM reviews_flag WHERE received_at > %s GROUP BY source_id HAVING count(*) > %s
"""
_PASSED_AT = """
    SELECT received_at FROM reviews_flag WHERE source_id = %s AND received_at > %s
    ORDER BY received_at OFFSET %s LIMIT 1
"""


def watch(actor: Actor) -> int:
    """Each source that floods is known to, and no other. Returns how many floods began or ended. Audit:
    source.flood_began, source.flood_ended."""
    now = clock.now()
    since = now - timedelta(hours=flood.WINDOW_HOURS)
    with transaction.atomic():
        _set_bounds(now)
        sent = dict(_rows(_SENT_WITHIN, [since, flood.FLOOR]))
        # no key: flags that come in meanwhile refer to their source and must not wait
        watched = Source.objects.select_for_update(no_key=True).order_by("pk")
        began = [row for row in watched.filter(pk__in=sent, flooding_since=None) if sent[row.pk] > row.hourly_bound]
        ended = [row for row in watched.exclude(flooding_since=None) if sent.get(row.pk, 0) <= row.hourly_bound]
        for source in began:
            _begin(actor, source, since=since, at=now)
        for source in ended:
            _end(actor, source, at=now)
    if began:
        rank_stale_sources()
    return len(began) + len(ended)


def _begin(actor: Actor, source: Source, *, since: datetime, at: datetime) -> None:
    ((began_at,),) = _rows(_PASSED_AT, [source.pk, since, source.hourly_bound])
    Flood.objects.create(source=source, began_at=began_at, bound=source.hourly_bound)
    if source.stale_since is None:
        source.stale_from = began_at
    source.flooding_since, source.stale_since = began_at, at
    source.save(update_fields=["flooding_since", "stale_since", "stale_from"])
    audit.record(
        actor,
        audit_actions.FLOOD_BEGAN,
        [audit.subject("source", source.pk)],
        began_at=began_at.isoformat(),
        bound=source.hourly_bound,
    )


def _end(actor: Actor, source: Source, *, at: datetime) -> None:
    Flood.objects.filter(source=source, ended_at=None).update(ended_at=at)
    source.flooding_since = None
    source.save(update_fields=["flooding_since"])
    audit.record(actor, audit_actions.FLOOD_ENDED, [audit.subject("source", source.pk)])


def _set_bounds(now: datetime) -> None:
    """Once a day (UTC), each source's bound is what its norm says. A source that is new today has the floor."""
    today = now.date()
    if Source.objects.filter(bounded_on=today).exists():
        return
    end = datetime.combine(today, time(), UTC)
    start = end - timedelta(days=flood.NORM_DAYS)
    norms = {
        source_id: flood.bound(flags, (end - first_at) / timedelta(days=1))
        for source_id, flags, first_at in _rows(_SENT_BEFORE, [start, end])
    }
    for source in Source.objects.select_for_update(no_key=True).order_by("pk"):
        source.hourly_bound, source.bounded_on = norms.get(source.pk, flood.FLOOR), today
        source.save(update_fields=["hourly_bound", "bounded_on"])


def _rows(statement: str, parameters: list[Any]) -> Iterable[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
