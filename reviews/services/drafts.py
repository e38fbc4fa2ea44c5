"""Drafts: what a person has typed on a case is kept until they decide."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

import audit.services as audit
from common import clock
from reviews import audit_actions
from reviews.choices import ClaimEnd
from reviews.errors import ClaimLost
from reviews.models import Claim, Draft
from reviews.services import claims, placing
from staff.actors import Actor
from staff.permissions import Permission

DAYS_KEPT = 7


@transaction.atomic
def keep(actor: Actor, *, case_id: UUID, content: Mapping[str, Any]) -> Draft:
    """`content` stands as the person's draft of the case, in the place of an earlier one.

    Takes it also after the claim is lost: the last words come in then. Raises NotFound; ClaimLost for
    a person who never held the case, or has decided it. Audit: case.draft_kept, once for each claim.
    """
    actor.require(Permission.WORK_CASES)
    # The case is locked, as by every gesture on it: a draft on its way can't come to stand after the decision.
    case = claims.lock_case(case_id)
    held = Claim.objects.filter(case=case, holder=actor.person()).order_by("-claimed_at").first()
    if held is None or held.ended_as in {ClaimEnd.DECIDED, ClaimEnd.PROPOSED}:
        raise ClaimLost(_("Nothing is kept: you don’t have this case."))
    before = Draft.objects.filter(case=case_id, person=actor.person()).first()
    draft = before or Draft(case_id=case_id, person=actor.person())
    is_first = before is None or before.claim_id != held.pk
    draft.claim, draft.content, draft.kept_at = held, dict(content), clock.now()
    draft.save()
    if is_first:
        audit.record(actor, audit_actions.DRAFT_KEPT, placing.subjects(case.account, case_id))
        Draft.objects.filter(person=actor.person(), kept_at__lt=clock.now() - timedelta(days=DAYS_KEPT)).delete()
    return draft


def drop(actor: Actor, case_ids: Sequence[UUID]) -> None:
    """The person's drafts of these cases are gone: they have decided them."""
    Draft.objects.filter(case__in=case_ids, person=actor.person()).delete()
