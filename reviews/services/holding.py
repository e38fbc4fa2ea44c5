"""Holding: a person keeps a case for later. Going on with it is `claims.claim`."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

import audit.services as audit
from common import clock
from common.errors import Conflict, Invalid
from reviews import audit_actions
from reviews.choices import CaseState, ClaimEnd, HoldEnd
from reviews.models import Case, Hold
from reviews.rules.aside import MOST_HOLD, reminder
from reviews.services import claims, placing
from reviews.services.words import needed
from staff.actors import SYSTEM, Actor
from staff.permissions import Permission

DUE_AT_ONCE = 500


@transaction.atomic
def hold(actor: Actor, *, case_id: UUID, token: str, reason: str, remind_at: datetime | None = None) -> Hold:
    """The case leaves its queue until its holder goes on with it, or until `remind_at` (None: after a set time).

    Raises NotFound, ClaimLost, Invalid naming the field, Conflict for an authority's order, whose clock doesn't wait.
    Audit: case.held.
    """
    actor.require(Permission.WORK_CASES)
    case, live = claims.hold(actor, case_id, token)
    why, now = needed("reason", reason), clock.now()
    due = reminder(remind_at, now, timedelta(hours=settings.CASELOAD["HOLD_HOURS"]))
    if due is None:
        fault = _("give a time from now on, in %(days)s days at the latest.") % {"days": MOST_HOLD.days}
        raise Invalid(f"remind_at: {fault}", fields={"remind_at": fault})
    if case.legal_deadline_at is not None:
        raise Conflict(_("This case carries an authority's order: it isn't held. Escalate it."), code="express-case")
    claims.end([live], ClaimEnd.HELD)
    case.state = CaseState.HELD
    case.save(update_fields=["state"])
    made = Hold.objects.create(case=case, holder=actor.person(), reason=why, held_at=now, remind_at=due)
    names = placing.subjects(case.account, case.pk)
    audit.record(actor, audit_actions.CASE_HELD, names, reason=why, remind_at=due.isoformat(timespec="seconds"))
    return made


@transaction.atomic
def end_due() -> int:
    """Sweep: held cases whose reminder is due, or that an authority's order has joined, wait again, first for their
    holder. Returns how many. Audit: case.hold_ended."""
    now = clock.now()
    waiting = Hold.objects.filter(ended_at=None)
    due = list(waiting.filter(remind_at__lte=now).order_by("remind_at").values_list("case_id", flat=True)[:DUE_AT_ONCE])
    ordered = waiting.filter(case__legal_deadline_at__isnull=False).values_list("case_id", flat=True)
    # the case is locked before its hold; what a gesture has at this moment is left to the next sweep
    rows = Case.objects.select_for_update(skip_locked=True, of=("self",)).select_related("account__platform")
    cases = list(rows.filter(pk__in={*due, *ordered}, state=CaseState.HELD).order_by("pk"))
    for case in cases:
        ended = claims.end_hold(case, HoldEnd.DUE)
        claims.wait_again(SYSTEM, [case], first_to=ended.holder)
    entries = [(placing.subjects(case.account, case.pk), {"why": str(HoldEnd.DUE)}) for case in cases]
    audit.record_many(SYSTEM, audit_actions.HOLD_ENDED, entries)
    return len(cases)
