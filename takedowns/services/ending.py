"""Temporary suspensions end by themselves: the system asks for the reinstatement when `until` has come."""

from collections.abc import Sequence

from django.db import transaction

from common import bulk, clock
from staff.actors import SYSTEM
from takedowns.choices import Kind, State
from takedowns.models import Enforcement
from takedowns.selectors import enforcements
from takedowns.services import ledger
from takedowns.services.ledger import Wanted

ENDED_AT_ONCE = 500


@transaction.atomic
def end_suspensions() -> int:
    """Applied suspensions whose `until` has passed have a reinstatement in the ledger, unless something newer has
    become of the account meanwhile.

    Returns how many reinstatements were asked for. Audit: enforcement.requested, by the system.
    """
    due = Enforcement.objects.filter(
        state=State.APPLIED, kind=Kind.SUSPEND, until__lte=clock.now(), ended_by__isnull=True
    )
    rows = list(due.select_for_update(skip_locked=True, of=("self",)).order_by("until")[:ENDED_AT_ONCE])
    newest = enforcements.latest_of([row.account_id for row in rows])
    ending = [row for row in rows if newest[row.account_id].pk == row.pk]
    reinstating = {row.account_id: row for row in ledger.request(SYSTEM, _wanted(ending))}
    for row in rows:
        row.ended_by = reinstating.get(row.account_id, newest[row.account_id])
    bulk.update(rows, ["ended_by"])
    return len(ending)


def _wanted(ending: Sequence[Enforcement]) -> list[Wanted]:
    now = clock.now()
    return [
        Wanted(
            account_id=row.account_id,
            platform_id=row.platform_id,
            kind=Kind.REINSTATE,
            cause=f"enforcement:{row.pk}",
            policy=row.policy,
            not_before_at=now,
        )
        for row in ending
    ]
