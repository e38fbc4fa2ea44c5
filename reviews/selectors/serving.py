"""What is served next: a person's own reserved cases first, but no case before an authority's order.

A reservation keeps a case for one person until it lapses. It holds no express case back: an order's clock doesn't wait.
"""

from datetime import datetime

from django.db.models import Q, QuerySet

from reviews.choices import CaseState
from reviews.models import Case, Queue
from reviews.rules.rank import EXPRESS_FLOOR
from reviews.selectors import queues
from staff.models import User


def reserved_for(person: User, at: datetime) -> QuerySet[Case]:
    """Waiting cases that are kept for `person` at `at`, the next one first: a short scan of an index of its own."""
    rows = Case.objects.filter(state=CaseState.WAITING, reserved_for=person, reserved_until__gt=at)
    return rows.select_related("account__platform", "policy").order_by("-serving_order", "id")


def open_to_all(person: User, queue: Queue | None, at: datetime) -> QuerySet[Case]:
    """Waiting cases for `person` that are kept for nobody else, the next one first: an index scan in their order."""
    kept_for_nobody = Q(reserved_for=None) | Q(reserved_until__lte=at) | Q(reserved_for=person)
    return queues.next_for(person, queue, at=at).filter(kept_for_nobody | Q(legal_deadline_at__isnull=False))


def next_case(person: User, queue: Queue | None, *, at: datetime, lock: bool = False) -> Case | None:
    """The case that comes next for `person`, or None. With `lock` it is locked, and those that others are taking at
    this moment are passed over.

    1. An express case before a reserved one, unless that is due earlier.
    2. What is kept for this person, from whatever queue.
    3. The highest rank of the queue, or of all.
    """

    def first(rows: QuerySet[Case]) -> Case | None:
        return (rows.select_for_update(skip_locked=True, of=("self",)) if lock else rows).first()

    general = open_to_all(person, queue, at)
    own = first(reserved_for(person, at))
    if own is None:
        return first(general)
    sooner = general.filter(legal_deadline_at__isnull=False, serving_order__gte=max(EXPRESS_FLOOR, own.serving_order))
    return first(sooner.exclude(pk=own.pk)) or own
