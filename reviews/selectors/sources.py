"""Sources, as they may read about themselves."""

from typing import NamedTuple

from django.db.models import Count

from reviews.choices import FlagState
from reviews.models import Flag
from reviews.rules import rank
from staff.actors import Actor
from staff.permissions import Permission


class SourceCounts(NamedTuple):
    """How a source's flags were answered so far, and how often it is right (0 to 1, see `rank.precision`)."""

    kind: str
    agreed: int
    disagreed: int
    pending: int
    withdrawn: int
    already_actioned: int
    precision: float


def own_counts(actor: Actor) -> list[SourceCounts]:
    """The counts of each kind that the actor's client has spoken as, in the order of their names. Raises NotAllowed."""
    actor.require(Permission.READ_FLAGS)
    rows = Flag.objects.filter(client=actor.client).values_list("source__kind", "state").annotate(many=Count("pk"))
    by_kind: dict[str, dict[str, int]] = {}
    for kind, state, many in rows.order_by("source__kind"):
        by_kind.setdefault(kind, {})[state] = many
    return [_counts(kind, states) for kind, states in by_kind.items()]


def total_of(counts: list[SourceCounts]) -> SourceCounts:
    """The sums over all kinds, with the precision that follows from them."""
    agreed, disagreed = sum(row.agreed for row in counts), sum(row.disagreed for row in counts)
    return SourceCounts(
        kind="",
        agreed=agreed,
        disagreed=disagreed,
        pending=sum(row.pending for row in counts),
        withdrawn=sum(row.withdrawn for row in counts),
        already_actioned=sum(row.already_actioned for row in counts),
        precision=rank.precision(agreed, disagreed),
    )


def _counts(kind: str, states: dict[str, int]) -> SourceCounts:
    agreed, disagreed = states.get(FlagState.AGREED, 0), states.get(FlagState.DISAGREED, 0)
    return SourceCounts(
        kind=kind,
        agreed=agreed,
        disagreed=disagreed,
        pending=states.get(FlagState.OPEN, 0),
        withdrawn=states.get(FlagState.WITHDRAWN, 0),
        already_actioned=states.get(FlagState.ALREADY_ACTIONED, 0),
        precision=rank.precision(agreed, disagreed),
    )
