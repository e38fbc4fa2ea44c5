"""Publishing definitions: their text is stored once per version, and never changes under it."""

from django.db import transaction

from audit.services import record, subject
from common import clock
from insights import audit_actions, definitions
from insights.errors import DefinitionChanged
from insights.models import Definition
from staff.actors import Actor


def publish_definitions(actor: Actor) -> int:
    """Store each definition whose version isn't stored yet.

    Returns how many were new.
    Raises DefinitionChanged when a stored version says something else than ours, or is newer than ours.
    Audit: definition.published, for each new one.
    """
    stored = {(row.name, row.version): row.digest for row in Definition.objects.all()}
    fresh = []
    for definition in definitions.BY_NAME.values():
        digest = stored.get((definition.name, definition.version))
        if digest is None:
            fresh.append(definition)
        elif digest != definition.digest:
            raise DefinitionChanged(
                f"{definition.name} says something else than its published version {definition.version}: raise it."
            )
    return _store(actor, fresh) if fresh else 0


def _store(actor: Actor, fresh: list[definitions.Definition]) -> int:
    made = 0
    with transaction.atomic():
        for definition in fresh:
            facts = {"digest": definition.digest, "body": definition.body, "published_at": clock.now()}
            _, created = Definition.objects.get_or_create(
                name=definition.name, version=definition.version, defaults=facts
            )
            if created:
                made += 1
                record(
                    actor,
                    audit_actions.DEFINITION_PUBLISHED,
                    [subject("definition", f"{definition.name}@{definition.version}")],
                    name=definition.name,
                    version=definition.version,
                    digest=definition.digest,
                )
    return made
