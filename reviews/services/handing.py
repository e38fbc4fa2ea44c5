"""Handing over: a supervisor gives a case to a person, or takes it back from one."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

import audit.services as audit
from common import clock
from common.errors import Conflict, Invalid
from reviews import audit_actions
from reviews.choices import CaseState, ClaimEnd, HoldEnd
from reviews.models import Case, Escalation
from reviews.rules.states import HANDED_FROM
from reviews.selectors import lanes
from reviews.services import claims, placing
from staff import actors
from staff.actors import Actor
from staff.permissions import Permission
from staff.selectors import people


@transaction.atomic
def hand_over(actor: Actor, *, case_id: UUID, to: str) -> Case:
    """The case waits, first for the person with the username `to`, whoever had it.

    Raises NotAllowed, NotFound; Invalid when that person works no cases, or isn't cleared for this one; Conflict for a
    case that can't be handed. Audit: case.handed_over.
    """
    actor.require(Permission.HAND_OVER)
    person = people.get_person(to)
    if not person.is_active or Permission.WORK_CASES not in actors.person(person).may:
        raise Invalid(_("to: this person works no cases."), fields={"to": _("this person works no cases.")})
    case, before = _taken_from(actor, case_id, "hand_over", ClaimEnd.HANDED_OVER, HoldEnd.HANDED_OVER)
    if not lanes.is_cleared(actors.person(person), case.lane):
        raise Invalid(_("to: this person isn't cleared for this case."), fields={"to": _("not cleared for this case.")})
    claims.wait_again(actor, [case], first_to=person)
    names = placing.subjects(case.account, case.pk)
    audit.record(actor, audit_actions.CASE_HANDED_OVER, names, before=before, after=person.pseudonym)
    return case


@transaction.atomic
def take_back(actor: Actor, *, case_id: UUID) -> Case:
    """The case waits for anybody, whoever had it or was asked about it.

    Raises NotAllowed, NotFound, Conflict when nobody has it. Audit: case.taken_back.
    """
    actor.require(Permission.HAND_OVER)
    case, before = _taken_from(actor, case_id, "take_back", ClaimEnd.TAKEN_BACK, HoldEnd.TAKEN_BACK)
    claims.wait_again(actor, [case])
    audit.record(actor, audit_actions.CASE_TAKEN_BACK, placing.subjects(case.account, case.pk), before=before)
    return case


def _taken_from(actor: Actor, case_id: UUID, action: str, claim_end: ClaimEnd, hold_end: HoldEnd) -> tuple[Case, str]:
    """The locked case, nobody's any more, and the pseudonym of whoever had it ("" for nobody)."""
    case = claims.lock_shown(actor, case_id)
    if case.state not in HANDED_FROM[action]:
        words = case.get_state_display().lower()
        raise Conflict(
            _("This case is %(words)s: nobody can be given it now.") % {"words": words}, code="case-not-handed"
        )
    before = ""
    if live := claims.live_claim(case.pk):
        claims.end([live], claim_end)
        before = live.holder.pseudonym
    if case.state == CaseState.HELD:
        before = claims.end_hold(case, hold_end).holder.pseudonym
    if case.state == CaseState.ESCALATED:
        row = Escalation.objects.select_related("asker").get(case=case, closed_at=None)
        row.closed_at = clock.now()
        row.save(update_fields=["closed_at"])
        before = row.asker.pseudonym
    return case, before
