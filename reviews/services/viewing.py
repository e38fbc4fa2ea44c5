"""Looking is a deed too: each view of a case is in the log."""

from uuid import UUID

from django.db import transaction

import audit.services as audit
from reviews import audit_actions
from reviews.models import Case
from reviews.selectors import case_page, cases
from reviews.selectors.case_page import CasePage
from reviews.services import placing
from staff.actors import Actor


@transaction.atomic
def open_page(actor: Actor, *, case_id: UUID) -> CasePage:
    """The case with everything around it, as the actor may see it. Raises NotFound, NotAllowed. Audit: case.viewed."""
    seen = case_page.get_case_page(actor, case_id)
    audit.record(actor, audit_actions.CASE_VIEWED, placing.subjects(seen.account, case_id), claimed=seen.is_mine)
    return seen


@transaction.atomic
def read(actor: Actor, *, case_id: UUID) -> Case:
    """The case, as the API shows it. Raises NotFound, NotAllowed. Audit: case.viewed."""
    case = cases.get_case(actor, case_id)
    audit.record(actor, audit_actions.CASE_VIEWED, placing.subjects(case.account, case_id), claimed=False)
    return case
