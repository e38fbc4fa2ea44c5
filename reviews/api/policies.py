"""Calls that list what there is to choose from."""

from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from common.openapi import CURSOR, documented
from common.paging import page_of_few
from reviews.api.shapes.policies import PolicyList, PolicyShown, QueueList, QueueShown
from reviews.selectors import policies, queues
from staff.api.calls import Call
from staff.choices import Scope


class Policies(Call):
    """The active policies."""

    scopes: ClassVar[dict[str, Scope | None]] = {"GET": None}

    @documented(
        answers={200: PolicyList},
        operation_id="policy_list",
        tags=["policies and queues"],
        parameters=[*CURSOR],
    )
    def get(self, request: Request) -> Response:
        """Every policy that can be claimed and decided under. Any key."""
        rows = [PolicyShown.of(row) for row in policies.active_policies()]
        cursor, size = request.GET.get("cursor"), request.GET.get("page_size")
        return Response(page_of_few(rows, lambda row: row.code, cursor=cursor, size=size))


class Queues(Call):
    """The queues."""

    scopes: ClassVar[dict[str, Scope | None]] = {"GET": None}

    @documented(
        answers={200: QueueList},
        operation_id="queue_list",
        tags=["policies and queues"],
        parameters=[*CURSOR],
    )
    def get(self, request: Request) -> Response:
        """Every queue with its filters. Any key."""
        rows = [QueueShown.of(row) for row in queues.all_queues()]
        cursor, size = request.GET.get("cursor"), request.GET.get("page_size")
        return Response(page_of_few(rows, lambda row: row.slug, cursor=cursor, size=size))
