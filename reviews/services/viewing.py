"""Looking is a deed too: each view of a case is in the log."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

import audit.services as audit
from common import clock
from reviews import audit_actions
from reviews.models import Case, Claim, Flag
from reviews.selectors import cases, evidence, humane
from reviews.selectors.cases import CaseView
from reviews.selectors.evidence import Evidence
from reviews.services import exposure, placing
from staff.actors import Actor

MOST_WORDS = 200


@transaction.atomic
def view(actor: Actor, *, case_id: UUID) -> CaseView:
    """The case with everything around it, as the actor may see it. Raises NotFound, NotAllowed. Audit: case.viewed."""
    seen = cases.case_view(actor, case_id, at=clock.now())
    mine = seen.claim is not None and actor.user is not None and seen.claim.holder_id == actor.user.pk
    if mine and seen.claim is not None:
        exposure.open_ahead(seen.claim)
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


@dataclass(frozen=True, slots=True)
class Found:
    """What a search of a case's posts came to: the case's flags, the posts, and whether they are hidden from whoever
    sought until asked for."""

    flags: list[Flag]
    evidence: Evidence
    is_veiled: bool


@transaction.atomic
def search_posts(actor: Actor, *, case_id: UUID, words: str) -> Found:
    """All posts of the case's account that hold every one of `words`. Raises NotFound, NotAllowed.

    Audit: evidence.searched; how many were found, not the words.
    """
    case = cases.get_case(actor, case_id)
    flags = cases.flags_of(case)
    found = evidence.evidence_of(actor, case.account, flags, words=words[:MOST_WORDS])
    audit.record(actor, audit_actions.EVIDENCE_SEARCHED, placing.subjects(case.account, case_id), found=found.count)
    return Found(flags, found, humane.is_veiled(actor.user, humane.current_rule(), case.policy.severity))
