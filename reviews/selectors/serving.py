"""What comes next for a person, whatever the backlog: an authority's order before what is kept for them, and that
before the first waiting case of the lanes that are theirs.

A reservation keeps a case for one person until it lapses. It holds no express case back: an order's clock doesn't wait.
Among lanes:

1. Know the person's lanes (`lanes.served`): some hundred numbers, no case is looked at.
2. Whoever has many of them finds a case among the very first of all lanes.
3. Else take the first few cases of each lane from that lane's part of the index, and of these the best: a queue that
   holds a thousandth of all, or nothing, costs no more than one that holds everything.
4. Lock the first that nobody else is taking (SKIP LOCKED), in order. When all of them were being taken, a last round
   looks deeper, so that a hundred people who start at once get a hundred cases.
5. Nothing found: lanes or queues may have changed since they were remembered. If so, once more.

What the limits of a person's day leave out (`humane.limits_of`) is left out by lanes, of which no case is looked at.
Source: docs/decisions/0026-queues-are-made-of-lanes.md, 0022-a-case-comes-back-first-to-one-person.md,
0029-what-a-person-sees-is-theirs-to-choose.md.
"""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet

from accounts.models import Account, Platform
from reviews.choices import CaseState
from reviews.models import Case, Queue
from reviews.rules.humane import ANYWAY, LIGHT, Limits
from reviews.rules.rank import EXPRESS_FLOOR, express_order
from reviews.selectors import humane, lanes
from staff.models import User

MANY_LANES = 100  # from here on, looking at the very first of all costs less
FIRST_OF_ALL = 150  # more than take a case at the same moment
TRIES = 3  # lanes may be made, or queues change, between remembering and serving
OF_EACH_LANE = ((2, 40), (200, 200))  # how many cases of each lane, and how many of these

_FREE = """c.state = 'waiting' AND (
    c.reserved_for_id IS NULL OR c.reserved_for_id = %(person)s OR c.reserved_until <= %(at)s
    OR c.legal_deadline_at IS NOT NULL
)"""
_NOT_SKIPPED = """NOT EXISTS (
    SELECT FROM reviews_skip AS skip WHERE skip.case_id = c.id AND skip.person_id = %(person)s AND skip.day = %(day)s
)"""
_THEIRS = """
    SELECT unnest(%(lanes)s::int[]) AS id WHERE (SELECT version FROM reviews_routing) IS NOT DISTINCT FROM %(version)s
"""
_OF_ALL = f"""
    SELECT c.id FROM (
        SELECT id, lane_id, state, serving_order, reserved_for_id, reserved_until, legal_deadline_at FROM reviews_case
        WHERE state = 'waiting' ORDER BY serving_order DESC, id LIMIT %(best)s
    ) AS c
    WHERE c.lane_id IN ({_THEIRS}) AND {_FREE} AND {_NOT_SKIPPED} ORDER BY c.serving_order DESC, c.id
"""  # noqa: S608  # names of ours alone
_OF_EACH = """
    SELECT head.id FROM ({theirs}) AS theirs CROSS JOIN LATERAL (
        SELECT c.id, c.serving_order, c.opened_at FROM reviews_case AS c
        WHERE c.lane_id = theirs.id AND {free} AND {not_skipped} AND {wanted}
        ORDER BY c.{order}, c.id LIMIT %(each)s
    ) AS head ORDER BY head.{order}, head.id LIMIT %(best)s
"""
_BY_RANK, _BY_AGE = "serving_order DESC", "opened_at"
_OLD_ENOUGH = "c.opened_at < %(opened_before)s"
_EXPRESS = "c.legal_deadline_at IS NOT NULL AND c.serving_order > %(above)s"


def reserved_for(person: User, at: datetime) -> QuerySet[Case]:
    """Waiting cases that are kept for `person` at `at`, the next one first: a short scan of an index of its own. What
    they aren't cleared for is left out."""
    kept = Case.objects.filter(state=CaseState.WAITING, reserved_for=person, reserved_until__gt=at)
    rows = kept.filter(lanes.cleared(person.clearances))
    return rows.select_related("account__platform", "policy").order_by("-serving_order", "id")


def next_case(
    person: User, queue: Queue | None, *, at: datetime, lock: bool = False, limits: Limits | None = None
) -> Case | None:
    """The case that comes next for `person` at `at`, with its account and platform. None when nothing waits, or when
    everything that waits is being taken. With `lock` it is locked until the caller's transaction ends, and those that
    others are taking at this moment are passed over. `limits` are the person's at `at`, where they are known already.

    1. An express case before a reserved one, unless that is due earlier.
    2. What is kept for this person, from whatever queue.
    3. The first of the queue, or of all that are theirs: the highest in `serving_order`; the oldest in a queue with a
       filter by age.
    """
    limits = humane.limits_of(person, at) if limits is None else limits
    if limits and (urgent := _anyway(person, queue, limits, at=at, lock=lock)):
        return urgent
    kept = _within(reserved_for(person, at), limits)
    own = (kept.select_for_update(skip_locked=True, of=("self",)) if lock else kept).first()
    if own is None:
        return _first(person, queue, limits, at=at, lock=lock)
    return _express_above(own.serving_order, person, queue, limits, at=at, lock=lock) or own


def express_before(case: Case, person: User, queue: Queue | None, *, at: datetime) -> Case | None:
    """The express case that goes before `case` for this person, or None."""
    return _express_above(case.serving_order, person, queue, None, at=at, lock=False)


def is_within(case: Case, person: User, queue: Queue | None, *, at: datetime) -> bool:
    """Whether the case, which was taken ahead, may still come onto the screen: somebody who asked for lighter cases
    since isn't shown a grave one."""
    limits = Limits(lighter=humane.is_lighter(person, at))
    served = lanes.served(lanes.reader(person), queue.pk if queue else None, limits) if limits else None
    return served is None or case.lane_id in served.lane_ids


def _anyway(person: User, queue: Queue | None, limits: Limits, *, at: datetime, lock: bool) -> Case | None:
    """The order of an authority that nobody took until shortly before its time: it goes beyond a bound, for its clock
    doesn't wait; to somebody who asked for lighter cases it doesn't go."""
    if limits.lighter:
        return None
    return _express_above(express_order(at + ANYWAY), person, queue, Limits(), at=at, lock=lock)


def _within(kept: QuerySet[Case], limits: Limits) -> QuerySet[Case]:
    """Of what is kept for somebody: what the limits of their day let through. The rest stays theirs, to be taken by
    hand, and lapses."""
    rows = kept.exclude(policy__severity__in=limits.used_up) if limits.used_up else kept
    return rows.filter(policy__severity__lte=LIGHT) if limits.lighter else rows


def _express_above(
    order: float, person: User, queue: Queue | None, limits: Limits | None, *, at: datetime, lock: bool
) -> Case | None:
    """The first express case that is higher in `serving_order`. `limits` of None are looked up where it matters."""
    above = max(EXPRESS_FLOOR, order)
    if not Case.objects.filter(state=CaseState.WAITING, serving_order__gt=above).exists():
        return None  # as a rule: one look at the first of all, and no lane is asked
    within = humane.limits_of(person, at) if limits is None else limits
    return _first(person, queue, within, at=at, lock=lock, above=above)


def _first(
    person: User, queue: Queue | None, limits: Limits, *, at: datetime, lock: bool, above: float | None = None
) -> Case | None:
    """The first case of this person's lanes; with `above` only an express one that is higher in `serving_order`."""
    who, queue_id = lanes.reader(person), queue.pk if queue else None
    opened_before = at - timedelta(hours=queue.older_than_hours) if queue and queue.older_than_hours else None
    params = {"person": person.pk, "at": at, "day": at.date(), "opened_before": opened_before, "above": above}
    for _ in range(TRIES):
        theirs = lanes.served(who, queue_id, limits)
        if case := _first_of(theirs, params, lock=lock):
            return case
        if lanes.served(who, queue_id, limits, anew=True).version == theirs.version:
            break
    return None


def _first_of(theirs: lanes.Served, params: dict[str, Any], *, lock: bool) -> Case | None:
    """The first case of these lanes; None also when their version is not the current one."""
    by_age, is_express = params["opened_before"] is not None, params["above"] is not None
    rounds = [(_of_each(by_age, is_express), each, best) for each, best in OF_EACH_LANE]
    if len(theirs.lane_ids) >= MANY_LANES and not by_age and not is_express:
        rounds.insert(0, (_OF_ALL, 0, FIRST_OF_ALL))
    params = params | {"lanes": theirs.lane_ids, "version": theirs.version}
    with connection.cursor() as cursor:
        for heads, each, best in rounds:
            cursor.execute(_statement(heads, lock), params | {"each": each, "best": best})
            if row := cursor.fetchone():
                return _case(row)
    return None


@cache
def _of_each(by_age: bool, is_express: bool) -> str:
    wanted = [_OLD_ENOUGH] * by_age + [_EXPRESS] * is_express
    return _OF_EACH.format(
        theirs=_THEIRS,
        free=_FREE,
        not_skipped=_NOT_SKIPPED,
        wanted=" AND ".join(wanted) or "TRUE",
        order=_BY_AGE if by_age and not is_express else _BY_RANK,
    )


@cache
def _statement(heads: str, lock: bool) -> str:
    """The case to serve: the first of `heads` (in order) that is still free and, with `lock`, that nobody is taking."""
    columns = ", ".join(f"{name}.{column}" for name, model in _MODELS.items() for column in _columns(model))
    return f"""
        WITH heads AS MATERIALIZED (
            SELECT id, row_number() OVER () AS place FROM ({heads}) AS ordered
        ), chosen AS MATERIALIZED (
            SELECT c.* FROM heads JOIN reviews_case AS c ON c.id = heads.id
            WHERE {_FREE} ORDER BY heads.place LIMIT 1 {"FOR UPDATE OF c SKIP LOCKED" if lock else ""}
        )
        SELECT {columns} FROM chosen JOIN accounts_account AS account ON account.id = chosen.account_id
        JOIN accounts_platform AS platform ON platform.id = account.platform_id
    """  # noqa: S608  # names of ours alone


_MODELS: dict[str, type[Model]] = {"chosen": Case, "account": Account, "platform": Platform}


@cache
def _columns(model: type[Model]) -> list[str]:
    return [str(field.column) for field in model._meta.concrete_fields]


def _case(row: tuple[object, ...]) -> Case:
    """The rows of _MODELS, side by side, as a case with its account and platform: what the ORM would build, at a
    fraction of its cost."""
    made: list[Model] = []
    for model in _MODELS.values():
        names = _names(model)
        made.append(model.from_db(DEFAULT_DB_ALIAS, names, row[: len(names)]))
        row = row[len(names) :]
    case, account, platform = made
    assert isinstance(case, Case)
    account.platform, case.account, case.platform = platform, account, platform  # type: ignore[attr-defined, assignment]
    return case


@cache
def _names(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]
