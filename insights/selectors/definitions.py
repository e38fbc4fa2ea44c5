"""Definitions: those in force, and what a number meant under an earlier version."""

from dataclasses import dataclass
from datetime import datetime

from insights import definitions
from insights.definitions import Definition
from insights.models import Definition as Stored
from insights.selectors.statistics import get_definition
from staff.actors import Actor
from staff.permissions import Permission


@dataclass(frozen=True)
class Published:
    """A definition in force, with what was published under its name, newest version first."""

    definition: Definition
    published_at: datetime | None
    earlier: list[Stored]


def current_definitions(actor: Actor) -> list[Definition]:
    """Every definition in force, in the order of the pages. Raises NotAllowed."""
    actor.require(Permission.SEE_STATISTICS)
    return list(definitions.BY_NAME.values())


def get_published(actor: Actor, name: str) -> Published:
    """The definition `name` with its history. Raises NotAllowed, NotFound."""
    actor.require(Permission.SEE_STATISTICS)
    definition = get_definition(name)
    stored = list(Stored.objects.filter(name=name).order_by("-version"))
    current = next((row for row in stored if row.version == definition.version), None)
    earlier = [row for row in stored if row.version < definition.version]
    return Published(definition, current.published_at if current else None, earlier)
