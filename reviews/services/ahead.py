"""Ahead: while a person decides on one case, the next is theirs for a minute, so that it can be on screen at once.

It is a claim like any other, in the log and in the list of who holds what: nobody else is served the case meanwhile.
Unused, it runs out like any other. docs/decisions/0023-the-next-case-is-claimed-ahead-for-a-minute.md says why.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

import audit.services as audit
from common import clock
from reviews import audit_actions
from reviews.models import Claim
from reviews.selectors import queues, serving
from reviews.services import claims, exposure, placing
from staff.actors import Actor
from staff.permissions import Permission


@transaction.atomic
def take(actor: Actor, *, case_id: UUID, token: str) -> Claim | None:
    """The case that comes next is the person's for a minute, while they decide on the one they hold under `token`.

    Returns its claim, the same one when asked again; None when nothing waits. Raises ClaimLost.
    Audit: case.claimed, case.sent_ahead.
    """
    actor.require(Permission.WORK_CASES)
    _, held = claims.hold(actor, case_id, token)
    if before := _live(actor).filter(ahead_of=held).first():
        return before
    case = serving.next_case(actor.person(), held.queue, at=clock.now(), lock=True)
    if case is None:
        return None
    (made,) = claims.take(actor, [case], actor.person(), held.queue, ahead_of=held)
    audit.record(
        actor,
        audit_actions.CASE_SENT_AHEAD,
        placing.subjects(case.account, case.pk),
        expires_at=made.expires_at.isoformat(timespec="seconds"),
    )
    return made


@transaction.atomic
def go_on(actor: Actor, *, queue: str = "") -> Claim | None:
    """The person's next case: the one that was taken ahead from this queue, unless an order came that goes before it,
    or they asked for lighter cases since.

    Takes and returns what `claims.claim_next` does. Audit: case.claim_renewed, or case.released and case.claimed.
    """
    actor.require(Permission.WORK_CASES)
    chosen = queues.queue_of(actor.person(), queue) if queue else None
    ahead = _live(actor).filter(queue=chosen).first()
    if ahead is None:
        return claims.claim_next(actor, queue=queue)
    now, person = clock.now(), actor.person()
    is_wanted = serving.is_within(ahead.case, person, chosen, at=now)
    if not is_wanted or serving.express_before(ahead.case, person, chosen, at=now):
        claims.release(actor, case_id=ahead.case_id, token=ahead.token)
        return claims.claim_next(actor, queue=queue)
    used = claims.renew(actor, case_id=ahead.case_id, token=ahead.token)
    exposure.open_ahead(used)
    return used


def _live(actor: Actor) -> QuerySet[Claim]:
    ahead = Claim.objects.filter(holder=actor.person(), ended_at=None, ahead_of__isnull=False)
    return ahead.filter(expires_at__gt=clock.now()).select_related("case", "queue").order_by("expires_at")
