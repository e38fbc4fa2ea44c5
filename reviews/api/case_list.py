"""The call that lists cases: the same filters, orders and words as the page has."""

from typing import ClassVar, Final

from rest_framework.request import Request
from rest_framework.response import Response

from common import clock, keyset
from common.errors import Invalid
from common.openapi import CURSOR, documented, query
from common.paging import page_size
from reviews.api.shapes.cases import CasePage, CaseShown
from reviews.choices import CaseState, Outcome, Severity
from reviews.rules import finding
from reviews.selectors.case_list import kind_of
from reviews.services.finding import find
from staff.api.calls import Call, client_of
from staff.choices import Scope, SourceKind

_NEWEST: Final = "-opened"
_KNOWN: Final = (*finding.PARAMS, "cursor", "page_size")
_MANY: Final = "; several are separated by commas"
_PARAMETERS: Final = [
    query("q", "A handle's beginning, an external id, or words in flags and posts", example="city news"),
    query(
        "state", f"Only cases in this state; `open` stands for all open ones{_MANY}", example=CaseState.WAITING.value
    ),
    query("policy", f"Only cases of this policy, by its code{_MANY}", example="coordinated_inauthentic_behaviour"),
    query("severity", f"Only of this severity{_MANY}: {', '.join(map(str, Severity.values))}", example="3"),
    query("language", f"Only of accounts in this language; `und` where it isn't known{_MANY}", example="ar"),
    query("platform", f"Only on this platform{_MANY}", example="simulator"),
    query("source_kind", f"Only with an open flag of this kind of source{_MANY}", example=SourceKind.GOVERNMENT.value),
    query("protected", f"Only of accounts of this protected class{_MANY}", example="journalist"),
    query("followers_from", "Only from so many followers on", example="1000"),
    query("followers_to", "Only up to so many followers", example="50000"),
    query("opened_from", "Only opened on this day or later (UTC)", example="2026-08-02"),
    query("opened_to", "Only opened on this day or earlier (UTC)", example="2026-08-09"),
    query("past_due", "Only open cases past their time", schema={"type": "boolean"}),
    query("holder", "Only cases that this person holds, by username", example="moderator"),
    query("outcome", "Only cases decided so", choices=Outcome),
    query(
        "sort",
        "The order; a minus turns it round. Newest first unless told",
        schema={"type": "string", "pattern": f"^-?({'|'.join(finding.SORTS)})$"},
        example="-opened",
    ),
    *CURSOR,
]


class CaseList(Call):
    """Cases."""

    scopes: ClassVar[dict[str, Scope | None]] = {"GET": Scope.CASES_READ}

    @documented(answers={200: CasePage}, operation_id="case_list", tags=["cases"], parameters=_PARAMETERS)
    def get(self, request: Request) -> Response:
        """Cases that fit every filter, newest first unless told. The log tells which words were sought."""
        if unknown := [name for name in request.GET if name not in _KNOWN]:
            raise Invalid(f"{unknown[0]}: not known here.", fields=dict.fromkeys(unknown, "not known here"))
        asked = finding.read(dict(request.GET.lists()), sort=_NEWEST)
        cursor = request.GET.get("cursor")
        place = keyset.decoded(cursor, kind=kind_of(asked)) if cursor else None
        size = page_size(request.GET.get("page_size"))
        page = find(client_of(request), asked, place=place, at=clock.now(), size=size).page
        following = page.after.encoded() if page.after else None
        return Response(CasePage(results=CaseShown.all_of(page.rows), next=following))
