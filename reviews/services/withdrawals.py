"""A source takes its flag back."""

from uuid import UUID

from django.db import transaction

import audit.services as audit
from common.errors import Conflict, NotFound
from reviews import audit_actions
from reviews.choices import CaseState, FlagState
from reviews.models import Case, Flag
from reviews.services import closing, orders, placing, ranking
from staff.actors import Actor
from staff.permissions import Permission


@transaction.atomic
def withdraw(actor: Actor, *, flag_id: UUID) -> Flag:
    """The flag is withdrawn by its own client; a case whose flags are all withdrawn closes, as soon as nobody has it.

    Returns the flag; withdrawing it again changes nothing. Raises NotFound for another client's flag, Conflict once
    it was decided. Audit: flag.withdrawn, and case.closed where it closes.
    """
    actor.require(Permission.SEND_FLAGS)
    found = Flag.objects.filter(pk=flag_id, client=actor.client).first()
    if found is None:
        raise NotFound("No flag of yours has this id.")
    account = placing.lock_accounts([found.account_id])[found.account_id]
    case = Case.objects.select_for_update().get(pk=found.case_id)
    flag = Flag.objects.select_for_update().get(pk=flag_id)
    if flag.state == FlagState.WITHDRAWN:
        return flag
    if flag.state != FlagState.OPEN:
        raise Conflict(f"This flag was {flag.get_state_display().lower()} already.", code="flag-decided")
    flag.state = FlagState.WITHDRAWN
    flag.save(update_fields=["state"])
    names = placing.subjects(account, case.pk)
    audit.record(actor, audit_actions.FLAG_WITHDRAWN, [audit.subject("flag", flag.pk), *names])
    orders.withdraw(actor, flag.pk)
    if case.is_open and case.flags.filter(state=FlagState.OPEN).exists():
        ranking.rerank([case.pk])
    elif case.state == CaseState.WAITING:
        case.account = account
        closing.close_withdrawn(actor, [case])
    return flag
