"""Notes on a case, and the mentions that lead to them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from reviews.forms import NoteForm
from reviews.selectors import cases, notes
from reviews.services import notes as writing
from reviews.views.door import actor_of, cleaned, gesture, go, wants_part
from staff.actors import Actor


@gesture("reviews:case-detail")
def note_write(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The note stands on the case."""
    actor = actor_of(request)
    writing.write(actor, case_id=case_id, text=cleaned(NoteForm(request.POST)).cleaned_data["note"])
    return _notes(request, actor, case_id)


@require_POST
def note_edit(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """The note says something else."""
    actor = actor_of(request)
    note = writing.edit(actor, note_id=note_id, text=cleaned(NoteForm(request.POST)).cleaned_data["note"])
    return _notes(request, actor, note.case_id)


@require_POST
def mention_open(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """On to the note that names the person."""
    note = writing.open_mention(actor_of(request), note_id=note_id)
    return redirect(reverse("reviews:case-detail", args=[note.case_id]) + "#notes")


def _notes(request: HttpRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    """The panel anew, or the page."""
    if not wants_part(request):
        return go(request, reverse("reviews:case-detail", args=[case_id]) + "#notes")
    context = {"notes": notes.notes_on(case_id), "case": cases.get_case(actor, case_id), "may_note": True}
    return render(request, "reviews/partials/_notes.html", context)
