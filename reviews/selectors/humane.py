"""Humane work, read: what supervisors set, and what holds for a person."""

from django.db.models import QuerySet

from reviews.models import HumaneSetting
from reviews.rules import humane
from reviews.rules.humane import HumaneRule, Preferences
from staff.actors import Actor
from staff.models import User
from staff.permissions import Permission


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
