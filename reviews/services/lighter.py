"""Something lighter: a person is served lighter cases alone for the rest of their day, and nobody asks why.

The log tells that they changed how they work, as with any preference, and nothing more: neither what nor why.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from common import clock
from reviews.models import Skip
from reviews.rules import humane as rules
from reviews.selectors import humane
from reviews.services import claims
from staff.actors import Actor
from staff.permissions import Permission
from staff.services import preferences


@transaction.atomic
def begin(actor: Actor, *, case_id: UUID | None = None, token: str = "") -> datetime:
    """From now on the person is served lighter cases alone; the case that they hold, where one is named, waits again,
    and isn't served to them again today.

    Returns until when. Raises NotAllowed, NotFound, ClaimLost. Audit: person.preferences_changed, case.released.
    """
    actor.require(Permission.WORK_CASES)
    if case_id is not None:
        claims.release(actor, case_id=case_id, token=token)
        Skip.objects.get_or_create(case_id=case_id, person=actor.person(), day=clock.now().date())
    until = rules.lighter_until(clock.now(), humane.zone_of(actor.person()))
    preferences.prefer(actor, {"lighter_until": until.isoformat()})
    return until


@transaction.atomic
def end(actor: Actor) -> None:
    """The person is served all of theirs again. Audit: person.preferences_changed."""
    actor.require(Permission.WORK_CASES)
    preferences.prefer(actor, {"lighter_until": None})
