"""Sources are counted anew: how often each was right within the window; and the ranks of their cases follow."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection, transaction

import audit.services as audit
from common import clock
from reviews import audit_actions
from reviews.choices import OPEN_CASE
from reviews.models import Case, Source
from reviews.rules import precision, rank
from reviews.services import ranking
from staff.actors import Actor

CASES_AT_ONCE = 500  # ranked per transaction, so that nobody waits for more than a moment

_EVER = datetime(1, 1, 2, tzinfo=UTC)
_RECOUNT = """
    WITH counted AS (
        SELECT f.source_id,
               count(*) FILTER (WHERE f.state = 'agreed') AS agreed,
               count(*) FILTER (WHERE f.state = 'disagreed') AS disagreed
        FROM reviews_flag f JOIN reviews_decision d ON d.id = f.decision_id
        WHERE f.state IN ('agreed', 'disagreed') AND d.decided_at >= %(start)s
        GROUP BY f.source_id
    ), wanted AS (
        SELECT s.id, coalesce(c.agreed, 0) AS agreed, coalesce(c.disagreed, 0) AS disagreed
        FROM reviews_source s LEFT JOIN counted c ON c.source_id = s.id
    )
    UPDATE reviews_source s SET agreed = w.agreed, disagreed = w.disagreed
    FROM wanted w
    WHERE w.id = s.id AND (s.agreed, s.disagreed) IS DISTINCT FROM (w.agreed, w.disagreed)
    RETURNING s.id, s.agreed, s.disagreed, s.ranked_precision
"""


def refresh(actor: Actor) -> int:
    """Every source's counts in the window are right, and ranks follow where a precision has moved by more than
    `rank.PRECISION_STEP` since they were last made.

    Returns how many sources changed. Audit: source.precision_refreshed for each.
    """
    with transaction.atomic():
        changed = _recount()
        audit.record_many(
            actor,
            audit_actions.PRECISION_REFRESHED,
            [([audit.subject("source", pk)], {"agreed": yes, "disagreed": no}) for pk, yes, no, _before in changed],
        )
        moved = [pk for pk, yes, no, before in changed if abs(precision.mean(yes, no) - before) > rank.PRECISION_STEP]
        Source.objects.filter(pk__in=moved).update(stale_since=clock.now(), stale_from=None)
    rank_stale_sources()
    return len(changed)


def _recount() -> list[tuple[UUID, int, int, float]]:
    """Count each source's window in one statement. Returns those that changed: id, agreed, disagreed, and the precision
    that ranks were last made with."""
    with connection.cursor() as cursor:
        cursor.execute(_RECOUNT, {"start": precision.window_start(clock.now())})
        return list(cursor.fetchall())


def rank_stale_sources() -> int:
    """The open cases of sources that are marked stale have the rank that follows from the sources as they are now.

    A few cases per transaction; a worker that dies leaves the mark, and the next sweep begins anew. One worker at a
    time: another's work isn't done twice. Returns how many cases were ranked.
    """
    done = 0
    with _alone() as is_alone:
        while is_alone and (source := Source.objects.exclude(stale_since=None).order_by("pk").first()):
            done += _rank_cases_of(source)
    return done


def _rank_cases_of(source: Source) -> int:
    """Rank a source's open cases, and take its mark away unless it was set anew meanwhile."""
    done, after = 0, UUID(int=0)
    while last := _rank_some(source, after):
        after, ranked = last
        done += ranked
    done_with = Source.objects.filter(pk=source.pk, stale_since=source.stale_since, stale_from=source.stale_from)
    if source.stale_from is None:
        done_with.update(stale_since=None, ranked_precision=precision.mean(source.agreed, source.disagreed))
    else:
        done_with.update(stale_since=None, stale_from=None)
    return done


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether no other worker ranks stale sources now. An advisory lock of the session: it goes with the process,
    however that ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('stale sources'))")
        is_alone = bool(cursor.fetchone()[0])
        try:
            yield is_alone
        finally:
            if is_alone:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('stale sources'))")


@transaction.atomic
def _rank_some(source: Source, after: UUID) -> tuple[UUID, int] | None:
    """Rank the next open cases with an open flag of the source. Returns the last id looked at, and how many were
    ranked; None when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT case_id FROM reviews_flag WHERE source_id = %s AND state = 'open' AND case_id > %s "
            "AND received_at >= %s ORDER BY case_id LIMIT %s",
            [source.pk, after, source.stale_from or _EVER, CASES_AT_ONCE],
        )
        found = [row[0] for row in cursor.fetchall()]
    if not found:
        return None
    locked = Case.objects.select_for_update().filter(pk__in=found, state__in=OPEN_CASE).order_by("pk")
    case_ids = [case.pk for case in locked.only("pk")]
    ranking.rerank(case_ids)
    return found[-1], len(case_ids)
