"""Cases close where nothing is left to decide on: all their flags were withdrawn, or their account is gone."""

from collections.abc import Sequence

from django.db.models import Count, Q

import audit.services as audit
from common import clock
from reviews import audit_actions
from reviews.choices import CaseState, ClosedAs, FlagState
from reviews.models import Case, Flag
from reviews.services import orders, placing
from reviews.services.webhooks import noting
from staff.actors import Actor


def close_withdrawn(actor: Actor, cases: Sequence[Case]) -> None:
    """Those of `cases` that have flags, but no open one, are closed; a case that a batch opened has none at all.

    Takes waiting cases that the caller has locked, with account and platform. Audit: case.closed for each.
    """
    flagged = Flag.objects.filter(case__in=[case.pk for case in cases]).values_list("case")
    counted = flagged.annotate(still_open=Count("pk", filter=Q(state=FlagState.OPEN)))
    found = set(counted.filter(still_open=0).values_list("case", flat=True))
    over = [case for case in cases if case.pk in found]
    now = clock.now()
    for case in over:
        case.state, case.closed_at, case.closed_as = CaseState.CLOSED, now, ClosedAs.WITHDRAWN
    Case.objects.filter(pk__in=found).update(
        state=CaseState.CLOSED, closed_at=now, closed_as=ClosedAs.WITHDRAWN, reserved_for=None, reserved_until=None
    )
    entries = [(placing.subjects(case.account, case.pk), {"why": "all flags withdrawn"}) for case in over]
    audit.record_many(actor, audit_actions.CASE_CLOSED, entries)


def close_gone(actor: Actor, case: Case) -> None:
    """The case is closed, since its platform says that there is no such account: its open flags and their orders are
    answered by that, and their sources told. Neither a keep nor a suspension: no source is right or wrong by it.

    Takes an open case that the caller has locked after its account, nobody's any more. Audit: case.closed.
    """
    now = clock.now()
    case.state, case.closed_at, case.closed_as = CaseState.CLOSED, now, ClosedAs.GONE
    case.reserved_for = case.reserved_until = None
    case.save(update_fields=["state", "closed_at", "closed_as", "reserved_for", "reserved_until"])
    flags = Flag.objects.select_for_update().filter(case=case, state=FlagState.OPEN).order_by("pk")
    flag_ids = list(flags.values_list("pk", flat=True))
    Flag.objects.filter(pk__in=flag_ids).update(state=FlagState.GONE)
    orders.answer_gone(actor, flag_ids)
    noting.flags_gone(flag_ids, at=now)
    audit.record(actor, audit_actions.CASE_CLOSED, placing.subjects(case.account, case.pk), why=str(ClosedAs.GONE))
