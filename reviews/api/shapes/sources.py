"""Sources, as they read about themselves."""

from typing import Annotated

from msgspec import Meta, Struct

from common.closed_sets import one_of
from common.openapi import Instant
from reviews.models import MisuseWarning, ProcessingSuspension
from reviews.rules import precision
from reviews.rules.precision import Precision
from reviews.selectors.sources import Answers, OwnSource, total_of
from staff.choices import SourceKind
from staff.models import ApiClient

Share = Annotated[float, Meta(ge=0, le=1)]


class Interval(Struct, frozen=True):
    """Where the precision lies with 95 % certainty: few decisions, wide interval."""

    low: Share
    high: Share

    @classmethod
    def of(cls, posterior: Precision) -> "Interval":
        """The interval of a posterior."""
        return cls(posterior.low, posterior.high)


class Prior(Struct, frozen=True):
    """What is assumed before the first decision: as if so many flags had been agreed and disagreed with."""

    agreed: float
    disagreed: float


class WarningShown(Struct, frozen=True):
    """You were warned that too many of your flags are manifestly unfounded (Art. 23 DSA)."""

    text: Annotated[str, Meta(examples=["Many of your flags name accounts that break no policy."])]
    given_at: Instant

    @classmethod
    def of(cls, row: MisuseWarning) -> "WarningShown":
        """A warning."""
        return cls(row.text, row.given_at)


class SuspensionShown(Struct, frozen=True):
    """Your flags are answered 403 `source-suspended` until `ends_at`; send them again after that."""

    reason: Annotated[str, Meta(examples=["Too many were unfounded."])]
    since: Instant
    ends_at: Instant

    @classmethod
    def of(cls, row: ProcessingSuspension) -> "SuspensionShown":
        """A suspension that stands."""
        return cls(row.reason, row.imposed_at, row.ends_at)


class SourceShown(Struct, frozen=True):
    """One kind of source that you speak as: how its flags were answered, how often it is right (0 to 1), and how it
    stands: the last warning that holds, the suspension of processing, and how many flags were refused for one. What
    comes above `hourly_bound` flags an hour is a flood (`flooding_since`): it is stored, and its cases wait longer
    unless another source flags them, too."""

    kind: Annotated[str, one_of(SourceKind)]
    agreed: int
    disagreed: int
    pending: int
    withdrawn: int
    already_actioned: int
    precision: Share
    interval: Interval
    warning: WarningShown | None
    suspension: SuspensionShown | None
    refused: int
    hourly_bound: int
    flooding_since: Instant | None

    @classmethod
    def of(cls, row: OwnSource) -> "SourceShown":
        """One kind."""
        answers, standing = row.answers, row.standing
        return cls(
            kind=row.source.kind,
            agreed=answers.agreed,
            disagreed=answers.disagreed,
            pending=answers.pending,
            withdrawn=answers.withdrawn,
            already_actioned=answers.already_actioned,
            precision=answers.precision.mean,
            interval=Interval.of(answers.precision),
            warning=WarningShown.of(standing.warning) if standing.warning else None,
            suspension=SuspensionShown.of(standing.suspension) if standing.suspension else None,
            refused=standing.refused,
            hourly_bound=row.source.hourly_bound,
            flooding_since=row.source.flooding_since,
        )


class SourceOwn(Struct, frozen=True):
    """You as a source, over all kinds that you speak as, and by kind. `agreed` and `disagreed` count the decisions of
    the last `window_days`, `withdrawn` and `already_actioned` the flags received in them; `pending` are open now.
    `precision` is the mean of a Beta posterior with this `prior`: 0.5 at first, then it follows the decisions. A relay
    may state the kinds in `may_state`, under its `terms`; for others both are empty."""

    name: Annotated[str, Meta(examples=["Cast client"])]
    organisation: Annotated[str | None, Meta(examples=["Digital Rights Watch"])]
    may_state: Annotated[list[Annotated[str, one_of(SourceKind)]], Meta(examples=[[]])]
    terms: Annotated[str, Meta(examples=[""])]
    agreed: int
    disagreed: int
    pending: int
    precision: Share
    interval: Interval
    prior: Prior
    window_days: int
    kinds: list[SourceShown]

    @classmethod
    def of(cls, client: ApiClient, kinds: "list[OwnSource]") -> "SourceOwn":
        """A client with its organisation, by its kinds."""
        total: Answers = total_of(row.answers for row in kinds)
        return cls(
            name=client.name,
            organisation=client.organisation.name if client.organisation else None,
            may_state=client.may_state if client.kind == SourceKind.RELAY else [],
            terms=client.terms,
            agreed=total.agreed,
            disagreed=total.disagreed,
            pending=total.pending,
            precision=total.precision.mean,
            interval=Interval.of(total.precision),
            prior=Prior(precision.PRIOR_AGREED, precision.PRIOR_DISAGREED),
            window_days=precision.WINDOW_DAYS,
            kinds=[SourceShown.of(row) for row in kinds],
        )
