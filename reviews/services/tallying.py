"""The tallies are kept: a sweep adds up what changed, and moves their moment on.

What `reviews.selectors.tallies` counts is the same before and after: rows only move from the changes into the totals,
in one transaction. A sweep that dies, or never runs, leaves counts that are right and get slower.
"""

from datetime import datetime, timedelta

from django.db import connection, transaction

import audit.services as audit
from common import clock
from reviews import audit_actions
from reviews.selectors.tallies import CROSSED, FLOWED, MOMENT, SINCE, bounds
from staff.actors import Actor
from staff.permissions import Permission

AT_ONCE = 20_000
FLOW_KEPT = timedelta(hours=2)  # twice what is asked for

_TAKE_TURNS = "SELECT pg_advisory_xact_lock(hashtext('reviews_tallies'))"
_IS_MY_TURN = "SELECT pg_try_advisory_xact_lock(hashtext('reviews_tallies'))"
_HOW_MANY = "SELECT count(*) FROM (SELECT FROM reviews_casechange LIMIT %(most)s) AS found"
_WANTED = "coalesce(greatest(%(at)s::timestamptz, (SELECT at FROM reviews_tallymoment)), '-infinity')"
# One statement, so that the changes it takes and the cases it looks at are of one snapshot.
_ADD_UP = f"""
WITH {MOMENT.format(_WANTED)}, changes AS MATERIALIZED (
    DELETE FROM reviews_casechange WHERE id IN (SELECT id FROM reviews_casechange ORDER BY id LIMIT %(most)s)
    RETURNING *
), {CROSSED}, added AS (
    INSERT INTO reviews_opentotal AS stored (lane_id, state, age_step, is_late, cases)
    SELECT lane_id, state, age_step, is_late, sum(cases) FROM ({SINCE}) AS rows
    GROUP BY 1, 2, 3, 4 HAVING sum(cases) <> 0
    ON CONFLICT (lane_id, state, age_step, is_late) DO UPDATE SET cases = stored.cases + excluded.cases
), flowed AS (
    INSERT INTO reviews_flowtotal AS stored (lane_id, begins_at, opened, decided)
    SELECT lane_id, begins_at, sum(opened), sum(decided) FROM ({FLOWED}) AS rows
    WHERE begins_at >= %(keep_from)s
    GROUP BY 1, 2 HAVING sum(opened) <> 0 OR sum(decided) <> 0
    ON CONFLICT (lane_id, begins_at) DO UPDATE
    SET opened = stored.opened + excluded.opened, decided = stored.decided + excluded.decided
)
INSERT INTO reviews_tallymoment (id, at) SELECT 1, wanted FROM moment WHERE isfinite(wanted)
ON CONFLICT (id) DO UPDATE SET at = excluded.at
"""  # noqa: S608  # names of ours alone
_NO_ROW_FOR_NOTHING = "DELETE FROM reviews_opentotal WHERE cases = 0"
_NO_ROW_FOR_LONG_AGO = "DELETE FROM reviews_flowtotal WHERE begins_at < %(keep_from)s"
_FORGET = "DELETE FROM reviews_casechange; DELETE FROM reviews_opentotal; DELETE FROM reviews_flowtotal"
_COUNT_ANEW = """
INSERT INTO reviews_casechange (lane_id, state, opened_at, due_at, closed_at, cases)
SELECT lane_id, state, opened_at, due_at, closed_at, count(*) FROM reviews_case
WHERE closed_at IS NULL OR closed_at >= %(keep_from)s OR opened_at >= %(keep_from)s
GROUP BY 1, 2, 3, 4, 5
"""


def add_up() -> int:
    """Sweep: the changes of the cases are in the totals, and what grew old or late is known as such.

    Returns how many changes were added; 0, too, while another sweep is at it. Each transaction takes AT_ONCE at most.
    """
    done = 0
    while (added := _add_up(clock.now())) == AT_ONCE:
        done += added
    return done + added


@transaction.atomic
def _add_up(at: datetime) -> int:
    """The oldest AT_ONCE changes are added as of the tallies' moment. With the last ones the moment moves to `at`, and
    not before: only then the totals know the same cases as the table that tells what grew old meanwhile."""
    keep_from = {"keep_from": at - FLOW_KEPT}
    with connection.cursor() as cursor:
        cursor.execute(_IS_MY_TURN)
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_HOW_MANY, {"most": AT_ONCE})
        (count,) = cursor.fetchone()
        is_last = count < AT_ONCE
        cursor.execute(
            _ADD_UP, keep_from | bounds(at) | {"at": at if is_last else None, "most": None if is_last else AT_ONCE}
        )
        cursor.execute(_NO_ROW_FOR_NOTHING)
        cursor.execute(_NO_ROW_FOR_LONG_AGO, keep_from)
    return int(count)


def rebuild(actor: Actor) -> None:
    """The totals are counted anew from the cases. Writers of cases wait meanwhile.

    Raises NotAllowed. Audit: queues.recounted.
    """
    actor.require(Permission.COUNT_STATISTICS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TAKE_TURNS)
        cursor.execute("LOCK TABLE reviews_case IN SHARE MODE")
        cursor.execute(_FORGET)
        cursor.execute(_COUNT_ANEW, {"keep_from": clock.now() - FLOW_KEPT})
        audit.record(actor, audit_actions.QUEUES_RECOUNTED, [audit.subject("queues", "all")])
    add_up()
