"""Taking a decision back inside its window."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from reviews.services import undoing
from reviews.views.door import actor_of, wants_part


@require_POST
def decision_undo(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """The decision is undone. From the toast its place says so; from the first page, a message does."""
    decision = undoing.undo(actor_of(request), decision_id=decision_id)
    if wants_part(request):
        return render(request, "reviews/partials/_toast.html", {"undone": decision})
    said = _("Undone: @%(handle)s waits again. Nothing was sent.") % {"handle": decision.case.account.handle}
    messages.success(request, said)
    return redirect("reviews:queue-list")
