"""Queues: what comes next for a person, and how much waits in each."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from common.errors import NotFound
from reviews.choices import OPEN_CASE, CaseState
from reviews.models import Case, Queue, Skip
from staff.actors import Actor
from staff.models import User
from staff.permissions import Permission


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """One queue as the home page shows it. `oldest_at` and `next_due_at` are None when nothing waits."""

    queue: Queue
    waiting: int
    claimed: int
    held: int
    past_due: int
    oldest_at: datetime | None
    next_due_at: datetime | None


def get_queue(slug: str) -> Queue:
    """The queue with this slug. Raises NotFound."""
    queue = Queue.objects.filter(slug=slug).first()
    if queue is None:
        raise NotFound(f"No queue is called {slug!r}; GET /api/v1/queues lists them.", fields={"queue": "not known"})
    return queue


def all_queues() -> QuerySet[Queue]:
    """Every queue, in the order of the home page, with its policies."""
    return Queue.objects.order_by("position", "slug").prefetch_related("policies")


def in_queue(queue: Queue) -> Q:
    """The condition on cases that puts them into `queue`; an empty filter lets everything through."""
    condition = Q()
    if policies := [policy.pk for policy in queue.policies.all()]:
        condition &= Q(policy__in=policies)
    if queue.languages:
        condition &= Q(language__in=queue.languages)
    if queue.platforms:
        condition &= Q(platform__slug__in=queue.platforms)
    if queue.source_kinds:
        condition &= Q(source_kinds__overlap=queue.source_kinds)
    return condition


def readable_by(person: User) -> Q:
    """Cases in a language that the person reads; unknown languages, and people without a list, see all."""
    return Q(language__in=[*person.languages, "", "und"]) if person.languages else Q()


def next_for(person: User, queue: Queue | None, *, at: datetime) -> QuerySet[Case]:
    """Waiting cases for `person`, the next one first: an index scan in `serving_order`."""
    skipped = Skip.objects.filter(case=OuterRef("pk"), person=person, day=at.date())
    condition = in_queue(queue) if queue else Q()
    return (
        Case.objects.filter(condition, readable_by(person), ~Exists(skipped), state=CaseState.WAITING)
        .select_related("account__platform")
        .order_by("-serving_order", "id")
    )


def sees_whole(actor: Actor) -> bool:
    """Whether the queues are counted whole for this actor: for whoever oversees, or works no cases at all."""
    return actor.user is None or Permission.SEE_WORKLOAD in actor.may or Permission.WORK_CASES not in actor.may


def counts_for(actor: Actor, *, at: datetime) -> list[QueueCounts]:
    """Each queue with its counts: whole for whoever oversees, otherwise the cases in languages that this person reads.

    Raises NotAllowed.
    """
    actor.require(Permission.SEE_QUEUES)
    readable = Q() if sees_whole(actor) else readable_by(actor.person())
    return [_counts(queue, readable, at) for queue in all_queues()]


def _counts(queue: Queue, readable: Q, at: datetime) -> QueueCounts:
    waiting = Q(state=CaseState.WAITING)
    found = Case.objects.filter(in_queue(queue), readable, state__in=OPEN_CASE).aggregate(
        waiting=Count("pk", filter=waiting),
        claimed=Count("pk", filter=Q(state=CaseState.CLAIMED)),
        held=Count("pk", filter=Q(state=CaseState.HELD)),
        past_due=Count("pk", filter=Q(due_at__lt=at)),
        oldest_at=Min("opened_at", filter=waiting),
        next_due_at=Min("due_at", filter=waiting & Q(due_at__gte=at)),
    )
    return QueueCounts(queue=queue, **found)
