"""Queues, counted: totals, and what changed since the sweep last added it up. No case is looked at but those that grew
old or late since.

A count is exact at the moment of its statement: what the totals hold and the changes that are visible make up the
cases that are visible, since triggers write the changes in the transactions that move the cases.
Source: docs/decisions/0027-queues-are-counted-by-their-changes.md.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from reviews.choices import OPEN_CASE
from reviews.rules.lanes import AGE_STEPS
from reviews.selectors.lanes import ADMITS, LANES, QUEUES, READS, Reader

FLOW_SLOT = "interval '5 minutes'"
_OPEN = ", ".join(f"'{state}'" for state in OPEN_CASE)


def _age_step(at: str) -> str:
    """How many steps of age a case has passed at `at`."""
    return " + ".join(f"(opened_at < {at} - interval '{hours} hours')::int" for hours in AGE_STEPS)


def _between(column: str, shift: str) -> str:
    """Open cases whose `column` the moment has passed, or will pass, on its way to `at`."""
    low, high = "least(moment.at, moment.wanted)", "greatest(moment.at, moment.wanted)"
    return f"""
        SELECT c.id, c.lane_id, c.state, c.opened_at, c.due_at FROM reviews_case AS c, moment
        WHERE state IN ({_OPEN}) AND {column} >= {low} - {shift} AND {column} < {high} - {shift}
          AND {column} >= %(low)s::timestamptz - {shift} AND {column} < %(high)s::timestamptz - {shift}
    """  # noqa: S608  # names of ours alone


_CROSSED = " UNION ".join(
    [_between("due_at", "interval '0'"), *(_between("opened_at", f"interval '{hours} hours'") for hours in AGE_STEPS)]
)
_MOMENT_NOW = "SELECT at FROM reviews_tallymoment"
_MEANWHILE = timedelta(minutes=1)  # what the moment may move between two statements
# Rows (lane, state, age_step, is_late, cases) that, added to the totals, give the open cases as of `moment.wanted`.
# Names `moment` and `changes`.
SINCE = f"""
    SELECT lane_id, state, {_age_step("moment.at")} AS age_step, due_at < moment.at AS is_late, cases
    FROM changes, moment WHERE state IN ({_OPEN})
    UNION ALL
    SELECT lane_id, state, {_age_step("moment.wanted")}, due_at < moment.wanted, 1 FROM crossed, moment
    UNION ALL
    SELECT lane_id, state, {_age_step("moment.at")}, due_at < moment.at, -1 FROM crossed, moment
"""  # noqa: S608  # names of ours alone
# Rows (lane, begins_at, opened, decided) that, added to the flow's totals, give the flow. Names `changes`.
FLOWED = f"""
    SELECT lane_id, date_bin({FLOW_SLOT}, opened_at, 'epoch') AS begins_at, cases AS opened, 0 AS decided FROM changes
    UNION ALL
    SELECT lane_id, date_bin({FLOW_SLOT}, closed_at, 'epoch'), 0, cases FROM changes WHERE state = 'decided'
"""  # noqa: S608
CROSSED = f"crossed AS MATERIALIZED ({_CROSSED})"
# `moment` names `at`, up to which the totals know what is old and late, and `wanted`, up to which it is asked for.
# '-infinity' before the first sweep: nothing is old or late yet, and everything is still to be passed
MOMENT = (
    "moment AS MATERIALIZED (SELECT coalesce((SELECT at FROM reviews_tallymoment), '-infinity') AS at, {} AS wanted)"
)

_COUNTS = f"""
WITH {MOMENT.format("%(at)s::timestamptz")}, changes AS MATERIALIZED (SELECT * FROM reviews_casechange), {CROSSED},
totals AS MATERIALIZED (
    SELECT lane_id, age_step, sum(cases) FILTER (WHERE state = 'waiting') AS waiting,
        sum(cases) FILTER (WHERE state = 'claimed') AS claimed, sum(cases) FILTER (WHERE state = 'held') AS held,
        sum(cases) FILTER (WHERE is_late) AS late
    FROM (SELECT lane_id, state, age_step, is_late, cases FROM reviews_opentotal UNION ALL {SINCE}) AS rows
    GROUP BY 1, 2
), flows AS MATERIALIZED (
    SELECT lane_id, sum(opened) AS opened, sum(decided) AS decided
    FROM (SELECT lane_id, begins_at, opened, decided FROM reviews_flowtotal UNION ALL {FLOWED}) AS rows
    WHERE begins_at >= date_bin({FLOW_SLOT}, %(at)s::timestamptz - interval '1 hour', 'epoch')
    GROUP BY 1
), heads AS MATERIALIZED (
    SELECT lane_id, (
        SELECT min(opened_at) FROM reviews_case AS c WHERE c.lane_id = waiting.lane_id AND state = 'waiting'
    ) AS oldest_at, (
        SELECT min(due_at) FROM reviews_case AS c
        WHERE c.lane_id = waiting.lane_id AND state = 'waiting' AND due_at >= %(at)s
    ) AS next_due_at
    FROM (SELECT lane_id FROM totals GROUP BY 1 HAVING sum(waiting) > 0) AS waiting
), queues AS MATERIALIZED ({QUEUES}), members AS MATERIALIZED (
    SELECT queue.id AS queue_id, queue.age_step, queue.older_than_hours, lane.id AS lane_id
    FROM queues AS queue JOIN ({LANES}) AS lane ON {ADMITS} WHERE {READS}
)
SELECT queues.id, counted.*, ends.*, flowed.* FROM queues
CROSS JOIN LATERAL (
    SELECT coalesce(sum(waiting), 0), coalesce(sum(claimed), 0), coalesce(sum(held), 0), coalesce(sum(late), 0)
    FROM members JOIN totals USING (lane_id)
    WHERE members.queue_id = queues.id AND totals.age_step >= members.age_step
) AS counted
CROSS JOIN LATERAL (
    SELECT min(oldest_at) FILTER (WHERE older_than_hours IS NULL
            OR oldest_at < %(at)s::timestamptz - make_interval(hours => older_than_hours)),
        min(next_due_at) FILTER (WHERE older_than_hours IS NULL)
    FROM members JOIN heads USING (lane_id) WHERE members.queue_id = queues.id
) AS ends
CROSS JOIN LATERAL (
    SELECT coalesce(sum(opened), 0), coalesce(sum(decided), 0)
    FROM members JOIN flows USING (lane_id) WHERE members.queue_id = queues.id
) AS flowed
"""  # noqa: S608


_DIFFERENCES = f"""
WITH {MOMENT.format("%(at)s::timestamptz")}, changes AS MATERIALIZED (SELECT * FROM reviews_casechange), {CROSSED}
SELECT count(*) FROM (
    SELECT lane_id, state, age_step, is_late, sum(cases)
    FROM (SELECT lane_id, state, age_step, is_late, cases FROM reviews_opentotal UNION ALL {SINCE}) AS rows
    GROUP BY 1, 2, 3, 4 HAVING sum(cases) <> 0
) AS told (lane_id, state, age_step, is_late, cases)
FULL JOIN (
    SELECT lane_id, state, {_age_step("moment.wanted")}, due_at < moment.wanted, count(*)
    FROM reviews_case, moment WHERE state IN ({_OPEN}) GROUP BY 1, 2, 3, 4
) AS counted (lane_id, state, age_step, is_late, cases) USING (lane_id, state, age_step, is_late)
WHERE told.cases IS DISTINCT FROM counted.cases
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Tally:
    """What a queue holds: `past_due` counts every open case, `oldest_at` and `next_due_at` are of waiting ones, None
    when none waits (`next_due_at` also of a queue with a filter by age). `opened` and `decided` are the flow of the
    last hour, counted from the five minutes in which it began, in the queue's lanes, of any age."""

    waiting: int
    claimed: int
    held: int
    past_due: int
    oldest_at: datetime | None
    next_due_at: datetime | None
    opened: int
    decided: int


NOTHING = Tally(0, 0, 0, 0, None, None, 0, 0)


def bounds(at: datetime) -> dict[str, datetime | str]:
    """The parameters `low` and `high` of CROSSED: as plain numbers they tell the planner how few cases are between
    them. The moment only moves forward, so what it says now is a bound from below for the statement to come."""
    with connection.cursor() as cursor:
        cursor.execute(_MOMENT_NOW)
        row = cursor.fetchone()
    moment = row[0] if row else None
    high = max(moment or at, at) + _MEANWHILE
    return {"low": min(moment, at) if moment else "-infinity", "high": high}


def tallies(reader: Reader, *, at: datetime) -> dict[UUID, Tally]:
    """What each queue holds at `at` of what `reader` may read, by the queue's id."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, reader.params() | bounds(at) | {"at": at})
        return {queue_id: Tally(*found) for queue_id, *found in cursor.fetchall()}


def differences(*, at: datetime) -> int:
    """In how many places the tallies of open cases differ from what counting every case gives. Reads them all."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES, bounds(at) | {"at": at})
        return int(cursor.fetchone()[0])
