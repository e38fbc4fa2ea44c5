"""Calls that read the log."""

from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from common.openapi import CURSOR, documented, query
from common.paging import page_of
from insights.api.shapes.audit import EntryPage, EntryShown
from insights.forms import read_search
from insights.selectors.audit_trail import entries_for, shown_to
from staff.api.calls import Call, client_of
from staff.choices import Scope

_PARAMETERS = [
    query("subject", "Exactly this subject: case:<id>, account:<platform>/<external id>, person:<username>, …"),
    query("actor", "Who acted, or for whom: person:<username>, client:<id>, system"),
    query("action", "A code (decision.made), or a prefix ending in a dot (decision.)"),
    query("since", "From this day or instant on: 2015-07-31 or 2015-07-31T12:00:00Z"),
    query("until", "Before this day or instant"),
    *CURSOR,
]


class EntryList(Call):
    """Entries of the log."""

    scopes: ClassVar[dict[str, Scope | None]] = {"GET": Scope.AUDIT_READ}

    @documented(answers={200: EntryPage}, operation_id="audit_entry_list", tags=["audit"], parameters=_PARAMETERS)
    def get(self, request: Request) -> Response:
        """Who did what, newest first."""
        actor = client_of(request)
        rows = entries_for(actor, read_search(request.GET.dict()))
        cursor, size = request.GET.get("cursor"), request.GET.get("page_size")
        return Response(
            page_of(rows, lambda found: EntryShown.all_of(shown_to(actor, found)), cursor=cursor, size=size)
        )
