"""Queues are made, changed and removed. Nothing is written to cases: a filter holds from the next statement on."""

from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

import audit.services as audit
from common.errors import Invalid, NotFound
from reviews import audit_actions
from reviews.models import Policy, Queue
from staff.actors import Actor
from staff.models import Team
from staff.permissions import Permission

_WRITTEN = (
    "title",
    "severity_from",
    "severity_to",
    "languages",
    "platforms",
    "source_kinds",
    "protected_classes",
    "follower_bands",
    "older_than_hours",
    "roles",
    "position",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSaid:
    """A queue as it is entered: `policies` by code, `team` by name, empty for everybody; the rest as on the model."""

    title: str
    policies: list[str] = field(default_factory=list)
    severity_from: int = 1
    severity_to: int = 4
    languages: list[str] = field(default_factory=list)
    platforms: list[str] = field(default_factory=list)
    source_kinds: list[str] = field(default_factory=list)
    protected_classes: list[str] = field(default_factory=list)
    follower_bands: list[str] = field(default_factory=list)
    older_than_hours: int | None = None
    team: str = ""
    roles: list[str] = field(default_factory=list)
    position: int = 0


@transaction.atomic
def make(actor: Actor, said: QueueSaid) -> Queue:
    """The queue exists, with a slug from its title. Raises NotAllowed, Invalid naming what doesn't fit.

    Audit: queue.created.
    """
    actor.require(Permission.MANAGE_QUEUES)
    slug = slugify(said.title)[:60]
    if not slug or Queue.objects.filter(slug=slug).exists():
        raise Invalid(
            _("title: no title of its own."), fields={"title": _("Give a title of its own, with Latin letters.")}
        )
    made = Queue(slug=slug)
    _write(made, said)
    audit.record(actor, audit_actions.QUEUE_CREATED, _subjects(made), after=told(made))
    return made


@transaction.atomic
def change(actor: Actor, *, queue_id: UUID, said: QueueSaid) -> Queue:
    """The queue is as said; its slug stays. Raises NotAllowed, NotFound, Invalid naming what doesn't fit.

    Audit: queue.changed with before and after, unless nothing changes.
    """
    actor.require(Permission.MANAGE_QUEUES)
    queue = _lock(queue_id)
    before = told(queue)
    _write(queue, said)
    if (after := told(queue)) != before:
        audit.record(actor, audit_actions.QUEUE_CHANGED, _subjects(queue), before=before, after=after)
    return queue


@transaction.atomic
def remove(actor: Actor, *, queue_id: UUID) -> None:
    """The queue is gone; its cases stay, and claims from it go on. Raises NotAllowed, NotFound.

    Audit: queue.removed with what it was.
    """
    actor.require(Permission.MANAGE_QUEUES)
    queue = _lock(queue_id)
    audit.record(actor, audit_actions.QUEUE_REMOVED, _subjects(queue), before=told(queue))
    queue.delete()


def told(queue: Queue) -> dict[str, Any]:
    """The queue's filter and who works it, as the log tells it, and as `QueueSaid` takes it."""
    return {
        **{name: getattr(queue, name) for name in _WRITTEN},
        "policies": sorted(queue.policies.values_list("code", flat=True)),
        "team": queue.team.name if queue.team else "",
    }


def _lock(queue_id: UUID) -> Queue:
    queue = Queue.objects.select_for_update(of=("self",)).select_related("team").filter(pk=queue_id).first()
    if queue is None:
        raise NotFound(_("There is no queue with this id."))
    return queue


def _write(queue: Queue, said: QueueSaid) -> None:
    if said.severity_from > said.severity_to:
        raise Invalid(
            _("severity_to: is below the lowest."), fields={"severity_to": _("Not below the lowest severity.")}
        )
    policies = list(Policy.objects.filter(code__in=said.policies))
    if missing := set(said.policies) - {policy.code for policy in policies}:
        text = _("No policy has the code %(codes)s.") % {"codes": ", ".join(sorted(missing))}
        raise Invalid(f"policies: {text}", fields={"policies": text})
    team = Team.objects.filter(name=said.team).first() if said.team else None
    if said.team and team is None:
        raise Invalid(
            _("team: no team is called %(team)s.") % {"team": repr(said.team)},
            fields={"team": _("There is no such team.")},
        )
    values = asdict(said)
    for name in _WRITTEN:
        setattr(queue, name, values[name])
    queue.team = team
    queue.save()
    queue.policies.set(policies)


def _subjects(queue: Queue) -> list[str]:
    return [audit.subject("queue", queue.slug)]
