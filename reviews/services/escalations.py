"""Escalations: a question about a case goes to a named queue, and its answer brings the case back to the asker."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

import audit.services as audit
from common import clock
from common.errors import Conflict
from reviews import audit_actions
from reviews.choices import CaseState, ClaimEnd
from reviews.errors import QueueOfOthers
from reviews.models import Case, Escalation
from reviews.selectors import asides, queues
from reviews.services import claims, placing
from reviews.services.words import needed
from staff.actors import Actor
from staff.permissions import Permission


@transaction.atomic
def escalate(actor: Actor, *, case_id: UUID, token: str, queue: str, question: str) -> Escalation:
    """The case waits for an answer to the question. Takes the queue's slug.

    Raises NotFound, ClaimLost, Invalid without a question. Audit: case.escalated.
    """
    actor.require(Permission.WORK_CASES)
    named = queues.get_queue(queue)
    case, live = claims.hold(actor, case_id, token)
    asked = needed("question", question, hint=gettext_noop("ask."))
    claims.end([live], ClaimEnd.ESCALATED)
    case.state = CaseState.ESCALATED
    case.save(update_fields=["state"])
    made = Escalation.objects.create(case=case, asker=actor.person(), queue=named, question=asked, asked_at=clock.now())
    audit.record(actor, audit_actions.CASE_ESCALATED, _subjects(case), queue=named.slug, question=asked)
    return made


@transaction.atomic
def answer(actor: Actor, *, case_id: UUID, text: str) -> Escalation:
    """The question is answered: the case waits again, first for its asker.

    Raises NotAllowed, NotFound, QueueOfOthers for a question to a queue that isn't theirs to work, Invalid without an
    answer, Conflict when no question is open. Audit: case.answered.
    """
    actor.require(Permission.ANSWER_ESCALATIONS)
    case = claims.lock_shown(actor, case_id)
    told = needed("answer", text, hint=gettext_noop("answer."))
    row = asides.open_question_on(case)
    if row is None or case.state != CaseState.ESCALATED:
        raise Conflict(_("No question is open on this case."), code="no-question")
    if not asides.is_asked(actor, row):
        raise QueueOfOthers(
            _("This was put to %(queue)s: those who work that queue answer, and supervisors.") % {"queue": row.queue}
        )
    row.answer, row.answered_by, row.closed_at = told, actor.person(), clock.now()
    row.save(update_fields=["answer", "answered_by", "closed_at"])
    claims.wait_again(actor, [case], first_to=row.asker)
    audit.record(actor, audit_actions.CASE_ANSWERED, _subjects(case), answer=told)
    return row


def _subjects(case: Case) -> list[str]:
    return placing.subjects(case.account, case.pk)
