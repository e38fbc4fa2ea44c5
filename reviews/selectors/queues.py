"""Queues: what there is, who works which, and how much is in each. What comes next stands in `serving`."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from common.errors import NotFound
from reviews.errors import QueueOfOthers
from reviews.models import Queue
from reviews.selectors.lanes import ADMITS, LANES, QUEUES, Reader, clearances_of, reader
from reviews.selectors.tallies import NOTHING, Tally, tallies
from staff.actors import Actor
from staff.models import User
from staff.permissions import Permission

_LANES_OF = f"""
    WITH queues AS ({QUEUES})
    SELECT lane.id FROM queues AS queue JOIN ({LANES}) AS lane ON {ADMITS} WHERE queue.id = %s
"""  # noqa: S608  # names of ours alone


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCounts(Tally):
    """One queue as the home page shows it."""

    queue: Queue
    is_mine: bool


def get_queue(slug: str) -> Queue:
    """The queue with this slug. Raises NotFound."""
    queue = Queue.objects.filter(slug=slug).first()
    if queue is None:
        raise NotFound(
            _("No queue is called %(slug)s; GET /api/v1/queues lists them.") % {"slug": repr(slug)},
            fields={"queue": _("not known")},
        )
    return queue


def queue_by_id(queue_id: UUID) -> Queue:
    """The queue, with its team. Raises NotFound."""
    queue = Queue.objects.select_related("team").filter(pk=queue_id).first()
    if queue is None:
        raise NotFound(_("There is no queue with this id."))
    return queue


def queue_of(person: User, slug: str) -> Queue:
    """The queue with this slug, when the person may work it. Raises NotFound, QueueOfOthers."""
    queue = get_queue(slug)
    if not works(person, queue):
        raise QueueOfOthers(
            _("%(title)s is worked by others: it has a team, or asks for a role.") % {"title": queue.title}
        )
    return queue


def works(person: User, queue: Queue) -> bool:
    """Whether the person may work the queue: its team, or everybody without one, with one of its roles, if it asks."""
    return queue.team_id in (None, person.team_id) and (not queue.roles or person.role in queue.roles)


def all_queues() -> QuerySet[Queue]:
    """Every queue, in the order of the home page, with its policies and team."""
    return Queue.objects.order_by("position", "slug").select_related("team").prefetch_related("policies")


def in_queue(queue: Queue, *, at: datetime) -> Q:
    """The condition on cases that puts them into `queue` at `at`."""
    with connection.cursor() as cursor:
        cursor.execute(_LANES_OF, [queue.pk])
        condition = Q(lane__in=[lane_id for (lane_id,) in cursor.fetchall()])
    if queue.older_than_hours:
        condition &= Q(opened_at__lt=at - timedelta(hours=queue.older_than_hours))
    return condition


def sees_whole(actor: Actor) -> bool:
    """Whether the queues are counted whole for this actor: for whoever oversees, or works no cases at all."""
    return actor.user is None or Permission.SEE_WORKLOAD in actor.may or Permission.WORK_CASES not in actor.may


def counts_for(actor: Actor, *, at: datetime) -> list[QueueCounts]:
    """Whoever oversees: every queue, whole. Others: those that they work, and in them what may be served to them.

    Restricted cases are only counted for those who are cleared for them. Raises NotAllowed.
    """
    actor.require(Permission.SEE_QUEUES)
    whole = sees_whole(actor)
    found = tallies(
        Reader((), clearances_of(actor), None, "") if whole else reader(actor.person()),
        at=at,
    )
    rows = [(queue, actor.user is not None and works(actor.user, queue)) for queue in all_queues()]
    return [
        QueueCounts(**asdict(found.get(queue.pk, NOTHING)), queue=queue, is_mine=is_mine)
        for queue, is_mine in rows
        if whole or is_mine
    ]
