"""Which lanes a queue lets through, and which a person may be served or shown: pieces of SQL with one home.

They name the rows `queue` (of QUEUES), `lane` (of LANES) and the parameters of `Reader`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import BooleanField, F, Func, Q, QuerySet

from accounts.models import Account
from reviews.models import Lane
from reviews.rules.humane import LIGHT, Limits
from reviews.rules.lanes import AGE_STEPS
from staff.actors import Actor
from staff.choices import CLEARANCES
from staff.models import User

MOST_KNOWN = 1000  # people times the queues that they start

# How many of the steps of age a queue's cases have passed at least: 0 without a filter by age.
_STEP = " ".join(f"WHEN {hours} THEN {step}" for step, hours in enumerate(AGE_STEPS, 1))
QUEUES = f"""
    SELECT *, ARRAY(SELECT policy_id FROM reviews_queue_policies WHERE queue_id = reviews_queue.id) AS policies,
        CASE older_than_hours {_STEP} ELSE 0 END AS age_step
    FROM reviews_queue
"""  # noqa: S608  # numbers of ours
LANES = """
    SELECT reviews_lane.*, policy.severity, platform.slug AS platform
    FROM reviews_lane
    JOIN reviews_policy AS policy ON policy.id = reviews_lane.policy_id
    JOIN accounts_platform AS platform ON platform.id = reviews_lane.platform_id
"""
ADMITS = """(
    (queue.policies = '{}' OR lane.policy_id = ANY (queue.policies))
    AND lane.severity BETWEEN queue.severity_from AND queue.severity_to
    AND (queue.languages = '{}' OR lane.language = ANY (queue.languages))
    AND (queue.platforms = '{}' OR lane.platform = ANY (queue.platforms))
    AND (queue.source_kinds = '{}' OR lane.source_kinds && queue.source_kinds)
    AND (queue.protected_classes = '{}' OR lane.protected_class = ANY (queue.protected_classes))
    AND (queue.follower_bands = '{}' OR lane.follower_band = ANY (queue.follower_bands))
)"""
# Unknown languages are everybody's, and people without a list read all.
READS = """(
    lane.clearances <@ %(clearances)s::varchar[]
    AND (%(languages)s::varchar[] = '{}' OR lane.language = ANY (%(languages)s::varchar[] || '{"",und}'))
)"""
WORKS = """(
    (queue.team_id IS NULL OR queue.team_id IS NOT DISTINCT FROM %(team)s::bigint)
    AND (queue.roles = '{}' OR %(role)s = ANY (queue.roles))
)"""


# Of the row `found`: its account's material asks for more than the reader is cleared for.
HIDDEN_ACCOUNT = """EXISTS (
    SELECT FROM accounts_account AS hidden
    WHERE hidden.id = found.account_id AND hidden.clearances <> '{}'
    AND NOT hidden.clearances <@ %(clearances)s::varchar[]
)"""

_OF_QUEUE = f"EXISTS (SELECT FROM queues AS queue WHERE queue.id = %(queue)s AND {ADMITS})"
# Whoever names no queue is served all cases but those that stand only in queues that aren't theirs.
_OF_ANY = f"""(
    NOT EXISTS (SELECT FROM queues AS queue WHERE NOT {WORKS})
    OR coalesce((SELECT bool_or({WORKS}) FROM queues AS queue WHERE {ADMITS}), TRUE)
)"""  # noqa: S608  # names of ours alone
# Whoever wants lighter cases is served the lightest there are, where all are graver than that.
_SERVED = """
    WITH queues AS MATERIALIZED ({queues}), theirs AS (
        SELECT lane.id, lane.severity, min(lane.severity) OVER () AS least FROM ({lanes}) AS lane
        WHERE {reads} AND {of_queue}
    )
    SELECT (SELECT version FROM reviews_routing), coalesce(array_agg(theirs.id), '{{}}') FROM theirs
    WHERE theirs.severity <> ALL (%(used_up)s::int[])
        AND (NOT %(lighter)s OR theirs.severity <= greatest(theirs.least, %(light)s))
"""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the languages (none: all) and clearances that are gone by, and the team and role that work queues."""

    languages: tuple[str, ...]
    clearances: tuple[str, ...]
    team: int | None
    role: str

    def params(self) -> dict[str, Any]:
        """The parameters of READS and WORKS."""
        return {
            "languages": list(self.languages),
            "clearances": list(self.clearances),
            "team": self.team,
            "role": self.role,
        }


@dataclass(frozen=True, slots=True)
class Served:
    """The lanes that somebody is served from, as of a version of `reviews.models.Routing`."""

    version: UUID | None
    lane_ids: list[int]


def reader(person: User) -> Reader:
    """What this person may be served."""
    return Reader(tuple(person.languages), tuple(person.clearances), person.team_id, person.role)


def clearances_of(actor: Actor) -> tuple[str, ...]:
    """The restricted material that the actor may be shown: a person's own clearances, all for the system, and none
    for a key that speaks for itself."""
    if actor.user is not None:
        return tuple(actor.user.clearances)
    return () if actor.client is not None else tuple(CLEARANCES)


def is_cleared(actor: Actor, lane: Lane) -> bool:
    """Whether the actor may be shown the cases of this lane."""
    return is_open_to(actor, lane.clearances)


def is_open_to(actor: Actor, clearances: Iterable[str]) -> bool:
    """Whether the actor may be shown what asks for these clearances."""
    return set(clearances) <= set(clearances_of(actor))


def shown_to(actor: Actor, lane: str = "lane") -> Q:
    """The condition that leaves out restricted cases which the actor isn't cleared for. Takes the way to their lane."""
    return cleared(clearances_of(actor), lane)


def cleared(clearances: Iterable[str], lane: str = "lane") -> Q:
    """The condition on cases that leaves out those which ask for more than these clearances."""
    held = list(clearances)
    if {*CLEARANCES} <= {*held}:
        return Q()
    # Lanes are found first, and apart: beside a join on them the planner takes nearly every case for restricted
    hidden = ArraySubquery(Lane.objects.exclude(clearances__contained_by=held).values("pk"))
    return Q(Func(F(lane), hidden, template="(%(expressions)s))", arg_joiner=" <> ALL (", output_field=BooleanField()))


def hidden_accounts(clearances: Iterable[str]) -> QuerySet[Account]:
    """The accounts whose material asks for more than these clearances: a small index of its own."""
    return Account.objects.exclude(clearances=[]).exclude(clearances__contained_by=list(clearances))


_known: dict[tuple[Reader, UUID | None, Limits], Served] = {}


def served(who: Reader, queue_id: UUID | None, limits: Limits, *, anew: bool = False) -> Served:
    """The lanes that `who` is served from by a queue, or without naming one, within the limits of their day.

    This process remembers them: whoever uses them compares the version in the same statement, and asks `anew` when it
    has changed. Finding them took as long as serving the case.
    """
    key = (who, queue_id, limits)
    if anew or key not in _known:
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        _known[key] = _find(who, queue_id, limits)
    return _known[key]


def _find(who: Reader, queue_id: UUID | None, limits: Limits) -> Served:
    of_queue = _OF_QUEUE if queue_id else _OF_ANY
    statement = _SERVED.format(queues=QUEUES, lanes=LANES, reads=READS, of_queue=of_queue)
    with connection.cursor() as cursor:
        within = {"used_up": list(limits.used_up), "lighter": limits.lighter, "light": LIGHT}
        cursor.execute(statement, who.params() | within | {"queue": queue_id})
        return Served(*cursor.fetchone())
