"""Sources, read: how their flags were answered within the window, and how often they are right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Max, Min, Q

from reviews.choices import FlagState
from reviews.models import Flag, Source
from reviews.rules import precision
from reviews.rules.precision import Precision
from reviews.selectors.standing import Standing, standing_of
from staff.actors import Actor
from staff.permissions import Permission


@dataclass(frozen=True, slots=True)
class Answers:
    """How a source's flags were answered: `agreed` and `disagreed` by decisions of the window, `withdrawn` and
    `already_actioned` among those `received` in it, `pending` still open, whenever they came. `first_at` and `last_at`
    are those of the first flag in the window and of the last one ever (None: there is none)."""

    agreed: int = 0
    disagreed: int = 0
    pending: int = 0
    withdrawn: int = 0
    already_actioned: int = 0
    received: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None

    @property
    def decided(self) -> int:
        """How many flags the precision rests on."""
        return self.agreed + self.disagreed

    @property
    def precision(self) -> Precision:
        """How often the source is right, with its interval."""
        return precision.posterior(self.agreed, self.disagreed)

    @property
    def disagreed_share(self) -> float | None:
        """Of the decided flags, the share that was disagreed with; None before any was decided."""
        return self.disagreed / self.decided if self.decided else None

    def per_day(self, at: datetime) -> float:
        """Flags received per day, since the first one in the window."""
        if self.first_at is None:
            return 0.0
        return self.received / max(1.0, (at - self.first_at) / timedelta(days=1))


def answers_of(source_ids: Iterable[UUID], *, at: datetime) -> dict[UUID, Answers]:
    """By source, how its flags were answered in the window that ends at `at`. One statement."""
    start = precision.window_start(at)
    decided, received = Q(decision__decided_at__gte=start), Q(received_at__gte=start)
    rows = (
        Flag.objects.filter(source__in=source_ids)
        .values_list("source_id")
        .annotate(
            agreed=Count("pk", filter=decided & Q(state=FlagState.AGREED)),
            disagreed=Count("pk", filter=decided & Q(state=FlagState.DISAGREED)),
            pending=Count("pk", filter=Q(state=FlagState.OPEN)),
            withdrawn=Count("pk", filter=received & Q(state=FlagState.WITHDRAWN)),
            already_actioned=Count("pk", filter=received & Q(state=FlagState.ALREADY_ACTIONED)),
            received=Count("pk", filter=received),
            first_at=Min("received_at", filter=received),
            last_at=Max("received_at"),
        )
    )
    return {source_id: Answers(*counted) for source_id, *counted in rows}


def total_of(answers: Iterable[Answers]) -> Answers:
    """The sums."""
    rows = list(answers)
    return Answers(
        agreed=sum(row.agreed for row in rows),
        disagreed=sum(row.disagreed for row in rows),
        pending=sum(row.pending for row in rows),
        withdrawn=sum(row.withdrawn for row in rows),
        already_actioned=sum(row.already_actioned for row in rows),
    )


@dataclass(frozen=True, slots=True)
class OwnSource:
    """One kind that a client has spoken as, with how its flags were answered, and how it stands."""

    source: Source
    answers: Answers
    standing: Standing


def own_sources(actor: Actor, *, at: datetime) -> Sequence[OwnSource]:
    """Each kind that the actor's client has spoken as, in the order of their names. Raises NotAllowed."""
    actor.require(Permission.READ_FLAGS)
    sources = list(Source.objects.filter(client=actor.client).order_by("kind"))
    answers = answers_of([source.pk for source in sources], at=at)
    return [OwnSource(source, answers.get(source.pk, Answers()), standing_of(source, at=at)) for source in sources]
