"""Looking is a deed too: each view of a case is in the log."""

from uuid import UUID

from django.db import transaction

import audit.services as audit
from common import clock
from reviews import audit_actions
from reviews.models import Case, Claim
from reviews.selectors import cases
from reviews.selectors.cases import CaseView
from reviews.services import placing
from staff.actors import Actor


@transaction.atomic
def view(actor: Actor, *, case_id: UUID) -> CaseView:
    """The case with everything around it, as the actor may see it. Raises NotFound, NotAllowed. Audit: case.viewed."""
    seen = cases.case_view(actor, case_id, at=clock.now())
    mine = seen.claim is not None and actor.user is not None and seen.claim.holder_id == actor.user.pk
    audit.record(actor, audit_actions.CASE_VIEWED, placing.subjects(seen.account, case_id), claimed=mine)
    return seen


@transaction.atomic
def read(actor: Actor, *, case_id: UUID) -> Case:
    """The case, as the API shows it. Raises NotFound, NotAllowed. Audit: case.viewed."""
    case = cases.get_case(actor, case_id)
    audit.record(actor, audit_actions.CASE_VIEWED, placing.subjects(case.account, case_id), claimed=False)
    return case


@transaction.atomic
def show(actor: Actor, claim: Claim) -> None:
    """The case that was sent ahead is on its holder's screen now. Audit: case.viewed."""
    case = cases.get_case(actor, claim.case_id)
    audit.record(actor, audit_actions.CASE_VIEWED, placing.subjects(case.account, case.pk), claimed=True)
