"""Policies and queues are installed."""

from typing import Any

from django.db import transaction

import audit.services as audit
from reviews import audit_actions
from reviews.models import Policy, Queue
from reviews.sample import starter_policies, starter_queues
from staff.actors import Actor
from staff.permissions import Permission


@transaction.atomic
def install_starters(actor: Actor) -> int:
    """The starter policies and queues stand. What is there under the same code or slug stays as people made it.

    Returns how many rows are new. Raises NotAllowed. Audit: policy.installed and queue.installed for each new one.
    """
    actor.require(Permission.MANAGE_POLICIES)
    policies = _missing(starter_policies(), "code", set(Policy.objects.values_list("code", flat=True)))
    queues = _missing(starter_queues(), "slug", set(Queue.objects.values_list("slug", flat=True)))
    _install_policies(actor, [Policy(**row) for row in policies])
    _install_queues(actor, queues)
    return len(policies) + len(queues)


def _missing(rows: list[dict[str, Any]], key: str, there: set[str]) -> list[dict[str, Any]]:
    return [row for row in rows if row[key] not in there]


def _install_policies(actor: Actor, made: list[Policy]) -> None:
    Policy.objects.bulk_create(made)
    audit.record_many(
        actor,
        audit_actions.POLICIES_INSTALLED,
        [([audit.subject("policy", policy.code)], {"code": policy.code, "version": policy.version}) for policy in made],
    )


def _install_queues(actor: Actor, rows: list[dict[str, Any]]) -> None:
    by_code = {policy.code: policy for policy in Policy.objects.all()}
    for row in rows:
        fields = {name: value for name, value in row.items() if name != "policies"}
        queue = Queue.objects.create(**fields)
        queue.policies.set([by_code[code] for code in row.get("policies", ())])
    audit.record_many(
        actor,
        audit_actions.QUEUE_INSTALLED,
        [([audit.subject("queue", row["slug"])], {"slug": row["slug"]}) for row in rows],
    )
