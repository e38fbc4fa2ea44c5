"""Notes, read."""

from uuid import UUID

from django.db.models import QuerySet, prefetch_related_objects

from reviews.models import Mention, Note
from reviews.selectors import lanes
from staff.models import User
from staff.permissions import Permission, of_role


def notes_on(case_id: UUID) -> list[Note]:
    """The notes on a case, oldest first, each with its author and earlier texts."""
    rows = list(Note.objects.filter(case=case_id).select_related("author").order_by("written_at", "id"))
    prefetch_related_objects([row for row in rows if row.edited_at], "versions")
    return rows


def unread_mentions(person: User) -> QuerySet[Mention]:
    """The notes that name this person and that they haven't opened, newest first."""
    unread = Mention.objects.filter(lanes.cleared(person.clearances, "note__case__lane"), person=person, read_at=None)
    return unread.select_related("note__author", "note__case__account").order_by("-note__written_at", "-id")


def names_of_colleagues() -> list[tuple[str, UUID]]:
    """By which names a note can name somebody who may see cases: (username or pseudonym, person)."""
    people = User.objects.filter(is_active=True).values_list("id", "username", "pseudonym", "role")
    return [
        (name, pk)
        for pk, username, pseudonym, role in people
        if Permission.SEE_CASES in of_role(role)
        for name in (username, pseudonym)
    ]
