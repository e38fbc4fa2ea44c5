"""Notes: written, edited by their author, and opened by those whom they name."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

import audit.services as audit
from common import clock
from common.errors import Invalid, NotAllowed, NotFound
from reviews import audit_actions
from reviews.models import Case, Mention, Note, NoteVersion
from reviews.rules.mentions import named_in
from reviews.selectors import cases, notes
from reviews.services import placing
from staff.actors import Actor
from staff.permissions import Permission


@transaction.atomic
def write(actor: Actor, *, case_id: UUID, text: str) -> Note:
    """The note stands on the case, and on the first page of each colleague whom it names with an @.

    Raises NotFound, NotAllowed, Invalid without a text. Audit: note.written.
    """
    actor.require(Permission.WORK_CASES)
    case = cases.get_case(actor, case_id)
    note = Note.objects.create(case=case, author=actor.person(), text=_said(text), written_at=clock.now())
    audit.record(actor, audit_actions.NOTE_WRITTEN, _subjects(note, case), mentions=_mention(note))
    return note


@transaction.atomic
def edit(actor: Actor, *, note_id: UUID, text: str) -> Note:
    """The note says `text`; what it said before stays. Whom it names anew is told.

    Raises NotFound (also when the case was restricted since), NotAllowed for another person's note, Invalid without a
    text. Audit: note.edited.
    """
    actor.require(Permission.WORK_CASES)
    note = _lock(note_id)
    cases.get_case(actor, note.case_id)
    if note.author_id != actor.person().pk:
        raise NotAllowed(_("Only its author may edit a note."))
    if (said := _said(text)) == note.text:
        return note
    NoteVersion.objects.create(note=note, text=note.text, written_at=note.edited_at or note.written_at)
    note.text, note.edited_at = said, clock.now()
    note.save(update_fields=["text", "edited_at"])
    audit.record(actor, audit_actions.NOTE_EDITED, _subjects(note, note.case), mentions=_mention(note))
    return note


@transaction.atomic
def open_mention(actor: Actor, *, note_id: UUID) -> Note:
    """The note that names this person is read, and leaves their first page.

    Raises NotFound; NotAllowed for somebody whom it doesn't name. Audit: mention.opened."""
    actor.require(Permission.SEE_CASES)
    note = _lock(note_id)
    cases.get_case(actor, note.case_id)
    found = Mention.objects.filter(note=note, person=actor.person())
    if not found.exists():
        raise NotAllowed(_("This note doesn’t name you."))
    found.filter(read_at=None).update(read_at=clock.now())
    audit.record(actor, audit_actions.MENTION_OPENED, _subjects(note, note.case))
    return note


def _said(text: str) -> str:
    if not text.strip():
        raise Invalid(_("text: write something."), fields={"text": _("write something.")})
    return text.strip()


def _lock(note_id: UUID) -> Note:
    rows = Note.objects.select_for_update(of=("self",)).select_related("case__account__platform")
    note = rows.filter(pk=note_id).first()
    if note is None:
        raise NotFound(_("There is no note with this id."))
    return note


def _mention(note: Note) -> int:
    """Whom the note names is told, once. Returns how many it names."""
    people = named_in(note.text, notes.names_of_colleagues()) - {note.author_id}
    Mention.objects.bulk_create([Mention(note=note, person_id=pk) for pk in sorted(people)], ignore_conflicts=True)
    return len(people)


def _subjects(note: Note, case: Case) -> list[str]:
    return [audit.subject("note", note.pk), *placing.subjects(case.account, case.pk)]
