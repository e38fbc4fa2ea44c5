"""Humane work, read: what supervisors set, and what holds for a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from reviews.models import HumaneSetting
from reviews.rules import humane
from reviews.rules.humane import Bound, HumaneRule, Limits, Preferences
from staff.actors import Actor
from staff.models import User
from staff.permissions import Permission

# The bounds of the rule in force with what the person opened that day: four rows of an index at most.
_BOUNDS = """
    SELECT bound.severity, bound.most, coalesce(seen.cases, 0)
    FROM (SELECT bounds FROM reviews_humanesetting ORDER BY set_at DESC, id DESC LIMIT 1) AS rule
    CROSS JOIN LATERAL unnest(rule.bounds) WITH ORDINALITY AS bound (most, severity)
    LEFT JOIN reviews_exposure AS seen
        ON seen.person_id = %s AND seen.day = %s AND seen.severity = bound.severity
    WHERE bound.most IS NOT NULL ORDER BY bound.severity DESC
"""

_REACHED = """
    SELECT count(DISTINCT seen.person_id)
    FROM (SELECT bounds FROM reviews_humanesetting ORDER BY set_at DESC, id DESC LIMIT 1) AS rule
    CROSS JOIN LATERAL unnest(rule.bounds) WITH ORDINALITY AS bound (most, severity)
    JOIN reviews_exposure AS seen ON seen.severity = bound.severity AND seen.cases >= bound.most
    JOIN staff_user AS person ON person.id = seen.person_id
    WHERE seen.day = (%(at)s AT TIME ZONE coalesce(nullif(person.time_zone, ''), %(zone)s))::date
"""
FEW = 5  # fewer people than this aren't told apart


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people are served lighter cases, and how many have reached a bound today: in words, so that few are
    nobody in particular."""

    lighter: str
    reached: str


def newest() -> QuerySet[HumaneSetting]:
    """What was set, what is in force first."""
    return HumaneSetting.objects.order_by("-set_at", "-id")


def current_rule() -> HumaneRule:
    """The rule in force."""
    found = newest().first()
    return found.rule if found else HumaneRule()


def rules_set(actor: Actor) -> QuerySet[HumaneSetting]:
    """Every rule that was set, the one in force first. Raises NotAllowed."""
    actor.require(Permission.SEE_RULES)
    return newest().select_related("set_by")


def preferences_of(person: User | None) -> Preferences:
    """What the person chose; nothing for an actor that is nobody. No statement."""
    return humane.preferences_of(person.preferences if person else {})


def is_veiled(person: User | None, rule: HumaneRule, severity: int) -> bool:
    """Whether posts of a case of this severity are hidden from the person until asked for."""
    return humane.is_veiled(rule, preferences_of(person), severity)


def break_minutes(person: User | None, rule: int | None) -> int | None:
    """After how many minutes on cases the person is reminded of a break; None for never. No statement."""
    return humane.break_minutes(rule, preferences_of(person).break_minutes)


def zone_of(person: User) -> str:
    """Where the person's day turns."""
    return person.time_zone or settings.CASELOAD["TIME_ZONE"]


def bounds_of(person: User, at: datetime) -> list[Bound]:
    """What the person's day may bring of each severity that has a bound, and has brought; the gravest first."""
    with connection.cursor() as cursor:
        cursor.execute(_BOUNDS, [person.pk, humane.day_of(at, zone_of(person))])
        return [Bound(severity, most, opened) for severity, most, opened in cursor.fetchall()]


def is_lighter(person: User, at: datetime) -> bool:
    """Whether the person is served lighter cases alone at `at`. No statement."""
    return humane.is_lighter(preferences_of(person), at)


def limits_of(person: User, at: datetime) -> Limits:
    """What the person is not served at `at`."""
    return limits_with(bounds_of(person, at), person, at)


def limits_with(bounds: Iterable[Bound], person: User, at: datetime) -> Limits:
    """The same, of the bounds that are known already. No statement."""
    return Limits(tuple(bound.severity for bound in bounds if not bound.left), is_lighter(person, at))


def counts(actor: Actor, at: datetime) -> Counts:
    """How many people work within limits at `at`. Raises NotAllowed."""
    actor.require(Permission.SEE_RULES)
    asked = User.objects.filter(is_active=True, preferences__has_key="lighter_until")
    with connection.cursor() as cursor:
        cursor.execute(_REACHED, {"at": at, "zone": settings.CASELOAD["TIME_ZONE"]})
        (reached,) = cursor.fetchone()
    return Counts(_roughly(sum(is_lighter(person, at) for person in asked)), _roughly(reached))


def _roughly(people: int) -> str:
    if people == 0:
        return _("nobody")
    return _("fewer than %(few)s") % {"few": FEW} if people < FEW else f"{people:,}"
