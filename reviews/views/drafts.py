"""What is typed on the case page, kept while it is typed."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse

from reviews.forms import DraftForm
from reviews.services import drafts
from reviews.views.door import actor_of, cleaned, gesture


@gesture("reviews:case-detail")
def draft_keep(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The page's words are kept. Answers {"kept_at"}, an ISO 8601 instant."""
    draft = drafts.keep(actor_of(request), case_id=case_id, content=cleaned(DraftForm(request.POST)).content())
    return JsonResponse({"kept_at": draft.kept_at.isoformat(timespec="seconds")})
