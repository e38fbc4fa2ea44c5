"""Calls that list what there is to choose from."""

from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from common.openapi import documented
from reviews.api.shapes.policies import PolicyList, PolicyShown, QueueList, QueueShown
from reviews.selectors import policies, queues
from staff.api.calls import Call
from staff.choices import Scope


class Policies(Call):
    """The active policies."""

    scopes: ClassVar[dict[str, Scope | None]] = {"GET": None}

    @documented(answers={200: PolicyList}, operation_id="policy_list", tags=["policies and queues"])
    def get(self, request: Request) -> Response:
        """Every policy that can be claimed and decided under. Any key."""
        return Response(PolicyList([PolicyShown.of(row) for row in policies.active_policies()], None))


class Queues(Call):
    """The queues."""

    scopes: ClassVar[dict[str, Scope | None]] = {"GET": None}

    @documented(answers={200: QueueList}, operation_id="queue_list", tags=["policies and queues"])
    def get(self, request: Request) -> Response:
        """Every queue with its filters. Any key."""
        return Response(QueueList([QueueShown.of(row) for row in queues.all_queues()], None))
