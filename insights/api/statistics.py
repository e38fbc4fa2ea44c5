"""Calls that read statistics and what they mean."""

from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from common.openapi import CURSOR, documented, path_text, query
from common.paging import page_of_few
from insights.api.shapes.statistics import DefinitionList, DefinitionShown, StatisticShown
from insights.choices import TopicSource
from insights.definitions import BY_NAME
from insights.forms import read_question
from insights.selectors.definitions import current_definitions
from insights.selectors.statistics import get_statistic
from staff.api.calls import Call, client_of
from staff.choices import Scope

_PARAMETERS = [
    path_text("name", f"One of {', '.join(BY_NAME)}", example="decisions"),
    query("from", "First day or month, included: 2015-07-01 or 2015-07"),
    query("to", "Last day or month, included"),
    query("group_by", "One of the definition's ways, comma-separated: month,stance; or total"),
    query("topic", "Slug of a topic; needed by statistics of a topic"),
    query("platform", "Only this platform, by its slug"),
    query("source", "Of a topic: which raw rows to count from", choices=TopicSource),
    query("compare_from", "For topic-change: first month of the period compared with"),
    query("compare_to", "For topic-change: its last month"),
]


class StatisticRead(Call):
    """One statistic."""

    scopes: ClassVar[dict[str, Scope | None]] = {"GET": Scope.STATISTICS_READ}

    @documented(
        answers={200: StatisticShown},
        errors=("unknown-statistic",),
        operation_id="statistic_read",
        tags=["statistics"],
        parameters=_PARAMETERS,
    )
    def get(self, request: Request, name: str) -> Response:
        """A statistic as last counted, with its definition and freshness."""
        found = get_statistic(client_of(request), name, read_question(request.GET.dict()))
        return Response(StatisticShown.of(found))


class DefinitionsRead(Call):
    """Every definition."""

    scopes: ClassVar[dict[str, Scope | None]] = {"GET": Scope.STATISTICS_READ}

    @documented(
        answers={200: DefinitionList},
        operation_id="statistic_definitions",
        tags=["statistics"],
        parameters=[*CURSOR],
    )
    def get(self, request: Request) -> Response:
        """What each published number means."""
        rows = [DefinitionShown.of(row) for row in current_definitions(client_of(request))]
        cursor, size = request.GET.get("cursor"), request.GET.get("page_size")
        return Response(page_of_few(rows, lambda row: row.name, cursor=cursor, size=size))
