"""Rank: one number that says which case comes next, and the sentences that explain it.

    rank  = severity + reach + sources + velocity + waiting
    order = rank without waiting − AGEING × hours from EPOCH to the opening

Waiting grows by a constant per hour for every case alike, so it never changes which of two cases comes first except
by when they were opened: it is built into the stored order, and nothing has to be rewritten as time passes. Cases
with a legal deadline come before every other, earliest deadline first.

Source: docs/decisions/0005-rank.md for the weights.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from reviews.rules.precision import mean as precision

__all__ = ["Line", "RankFacts", "RankParts", "explain", "parts", "precision", "serving_order"]

PER_SEVERITY_STEP = 10.0
PER_TENFOLD_FOLLOWERS = 5.0
PER_CERTAIN_SOURCE = 8.0
PER_RECENT_FLAG = 2.0
MOST_SOURCES, MOST_RECENT_FLAGS = 5, 10
AGEING_PER_HOUR = 0.5
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
EXPRESS = 1e10  # above any ordinary order; minus the deadline in seconds since 1970

PRECISION_STEP = 0.05  # a change smaller than this rewrites no rank


@dataclass(frozen=True, slots=True)
class RankFacts:
    """What a case's rank is made of: gravest severity (1 to 4), followers (None when unknown), the precisions of the
    distinct sources with an open flag (each 0 to 1), and how many flags came in the hour up to the newest."""

    severity: int
    followers: int | None
    precisions: tuple[float, ...]
    recent_flags: int


@dataclass(frozen=True, slots=True)
class RankParts:
    """The stored components, in points, with the facts that explain them."""

    severity: float
    reach: float
    sources: float
    velocity: float
    severity_step: int
    followers: int | None
    source_count: int
    recent_flags: int

    @property
    def total(self) -> float:
        """Points without waiting."""
        return self.severity + self.reach + self.sources + self.velocity

    def as_json(self) -> dict[str, float | int | None]:
        """As stored on the case."""
        return {name: getattr(self, name) for name in self.__slots__}  # `asdict` copies each value, ten times slower


@dataclass(frozen=True, slots=True)
class Line:
    """One component of a rank: its points, the most it can be, and a sentence."""

    points: float
    most: float
    sentence: str


def parts(facts: RankFacts) -> RankParts:
    """The components of a rank. The surest MOST_SOURCES sources count, so that a crowd of weak ones adds little."""
    surest = sorted(facts.precisions, reverse=True)[:MOST_SOURCES]
    recent = min(facts.recent_flags, MOST_RECENT_FLAGS)
    return RankParts(
        severity=PER_SEVERITY_STEP * facts.severity,
        reach=round(PER_TENFOLD_FOLLOWERS * math.log10(1 + (facts.followers or 0)), 1),
        sources=round(PER_CERTAIN_SOURCE * sum(surest), 1),
        velocity=PER_RECENT_FLAG * max(0, recent - 1),
        severity_step=facts.severity,
        followers=facts.followers,
        source_count=len(facts.precisions),
        recent_flags=facts.recent_flags,
    )


def serving_order(points: RankParts, opened_at: datetime, legal_deadline_at: datetime | None) -> float:
    """The number that "next" sorts by, highest first."""
    if legal_deadline_at is not None:
        return EXPRESS - legal_deadline_at.timestamp()
    return points.total - AGEING_PER_HOUR * (opened_at - EPOCH).total_seconds() / 3600


def explain(stored: Mapping[str, float | int | None], opened_at: datetime, at: datetime) -> list[Line]:
    """The rank of a case at `at`, a line per component; their points sum to the rank.

    Takes the case's stored parts. Returns severity, reach, sources, velocity, waiting, in this order.
    """
    points = RankParts(**stored)  # type: ignore[arg-type]  # what `as_json` stored
    hours = max(0.0, (at - opened_at).total_seconds() / 3600)
    reach = "Followers not known" if points.followers is None else f"{points.followers:,} followers, by log"
    return [
        Line(points.severity, 40, f"Severity {points.severity_step} of 4, the gravest"),
        Line(points.reach, 40, reach),
        Line(points.sources, 40, f"{_counted(points.source_count, 'source')}, by how often right"),
        Line(points.velocity, 18, f"{_counted(points.recent_flags, 'flag')} within an hour"),
        Line(round(AGEING_PER_HOUR * hours, 1), 40, f"Waiting for {_hours(hours)}"),
    ]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _hours(hours: float) -> str:
    minutes = int(hours * 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d} min" if hours < 48 else f"{int(hours // 24)} d {int(hours % 24)} h"
