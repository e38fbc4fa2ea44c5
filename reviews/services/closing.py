"""Cases close where nothing is left to decide on: all their flags were withdrawn."""

from collections.abc import Sequence

from django.db.models import Count, Q

import audit.services as audit
from common import clock
from reviews import audit_actions
from reviews.choices import CaseState, FlagState
from reviews.models import Case, Flag
from reviews.services import placing
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
        case.state, case.closed_at = CaseState.CLOSED, now
    Case.objects.filter(pk__in=found).update(state=CaseState.CLOSED, closed_at=now)
    entries = [(placing.subjects(case.account, case.pk), {"why": "all flags withdrawn"}) for case in over]
    audit.record_many(actor, audit_actions.CASE_CLOSED, entries)
