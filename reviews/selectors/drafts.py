"""Drafts, read."""

from uuid import UUID

from reviews.models import Draft
from staff.models import User


def draft_of(person: User, case_id: UUID) -> Draft | None:
    """What this person has typed on the case and not decided."""
    return Draft.objects.filter(case=case_id, person=person).first()
