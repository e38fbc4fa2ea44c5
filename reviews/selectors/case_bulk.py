"""Before many cases are decided together: how many there are, and whom a batch would leave out. The dry run says it
exactly; this is said before the list is frozen."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from reviews.choices import OPEN_CASE, CaseState, Outcome
from reviews.models import Case
from reviews.selectors.case_filters import Found
from reviews.selectors.case_list import Counted

MOST_NAMED: Final = 5
_UNPROTECTED: Final = Q(account__protected_class="")


@dataclass(frozen=True, slots=True)
class Preview:
    """How many of the chosen cases are open; how many others were chosen (they are decided or closed: no batch takes
    them); how many accounts are protected, how many cases somebody works on, and the first of both by name."""

    open: Counted
    ended: int
    protected: int
    busy: int
    named: list[Case]

    @property
    def left_out(self) -> int:
        """How many a batch would leave out."""
        return self.protected + self.busy


def preview(found: Found, *, outcome: str, most: int) -> Preview:
    """What a batch with this outcome would meet. Counts end a little above `most`: so many are too many anyway."""
    still = found.rows.filter(state__in=[state for state in found.states if state in OPEN_CASE])
    busy = still.exclude(state=CaseState.WAITING)
    protected = still.filter(state=CaseState.WAITING).exclude(_UNPROTECTED)
    if outcome != Outcome.SUSPEND:
        protected = protected.none()
    ended = found.rows.filter(state__in=[state for state in found.states if state not in OPEN_CASE])
    number = still.order_by()[: most + 1].count()
    named = [*protected.order_by("-serving_order")[:MOST_NAMED], *busy.order_by("-serving_order")[:MOST_NAMED]]
    return Preview(
        open=Counted(min(number, most), is_least=number > most),
        ended=ended.order_by()[: most + 1].count(),
        protected=protected.order_by()[: most + 1].count(),
        busy=busy.order_by()[: most + 1].count(),
        named=named[:MOST_NAMED],
    )
