"""Rank: one number that says which case comes next, and the sentences that explain it.

    rank  = severity + reach + sources + velocity + waiting
    order = rank without waiting − AGEING × hours from EPOCH to the opening

Waiting grows by a constant per hour for every case alike, so it never changes which of two cases comes first except
by when they were opened: it is built into the stored order, and nothing has to be rewritten as time passes. Cases
with a legal deadline come before every other, earliest deadline first.

What rests on a source's say-so alone (the severity it claims, how often it repeats itself) counts less while that
source floods the queue and nobody else has flagged the account: see `facts_of`.

Source: docs/decisions/0005-rank.md for the weights, 0013-a-flood-is-ranked-by-its-evidence.md for floods.
"""

import math
from collections import Counter, deque
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.rules.precision import mean as precision

__all__ = [
    "Claim",
    "Line",
    "RankFacts",
    "RankParts",
    "explain",
    "express_order",
    "facts_of",
    "parts",
    "precision",
    "serving_order",
]

PER_SEVERITY_STEP = 10.0
PER_TENFOLD_FOLLOWERS = 5.0
PER_CERTAIN_SOURCE = 8.0
PER_RECENT_FLAG = 2.0
MOST_SOURCES, MOST_RECENT_FLAGS = 5, 10
MOST_RECENT_OF_ONE_SOURCE = 3  # so that no source fills the velocity by itself
VELOCITY_WINDOW = timedelta(hours=1)
AGEING_PER_HOUR = 0.5
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
EXPRESS = 1e10  # above any ordinary order; minus the deadline in seconds since 1970
EXPRESS_FLOOR = EXPRESS / 2  # below any express order (deadlines until 2128), above any ordinary one

PRECISION_STEP = 0.05  # a change smaller than this rewrites no rank


class Claim(Protocol):
    """What a rank takes from one open flag: who sent it and how often that source is right, the severity it claims
    (1 to 4), when, and whether it is part of its source's flood."""

    @property
    def source_id(self) -> Hashable: ...
    @property
    def precision(self) -> float: ...
    @property
    def severity(self) -> int: ...
    @property
    def flagged_at(self) -> datetime: ...
    @property
    def in_flood(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class RankFacts:
    """What a case's rank is made of: the severity that weighs most (1 to 4) and how much of it counts (1: all),
    followers (None when unknown), the precisions of the distinct sources with an open flag (each 0 to 1), and how many
    flags came within the busiest hour, at most MOST_RECENT_OF_ONE_SOURCE of each source."""

    severity: int
    followers: int | None
    precisions: tuple[float, ...]
    recent_flags: int
    severity_weight: float = 1.0


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
    severity_weight: float = 1.0

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


def facts_of(claims: Sequence[Claim], followers: int | None) -> RankFacts:
    """The facts of a case with these open flags (one or more).

    A flag that is part of a flood counts in full once another source, outside any flood, has flagged the account, too.
    Until then its severity counts by how often its source is right, and it adds nothing to the velocity. So a flag
    never lowers a rank, whoever sends it.
    """
    if len(claims) == 1:  # most cases, and all of a wave of new ones: what follows comes to this, at thrice the cost
        (claim,) = claims
        weight = claim.precision if claim.in_flood else 1.0
        return RankFacts(claim.severity, followers, (claim.precision,), int(not claim.in_flood), weight)
    precisions = {claim.source_id: claim.precision for claim in claims}
    steady = {claim.source_id for claim in claims if not claim.in_flood}
    full = [not claim.in_flood or bool(steady - {claim.source_id}) for claim in claims]
    weights = [1.0 if counts else claim.precision for claim, counts in zip(claims, full, strict=True)]
    _most, weight, severity = max(
        (claim.severity * weight, weight, claim.severity) for claim, weight in zip(claims, weights, strict=True)
    )
    return RankFacts(
        severity=severity,
        followers=followers,
        precisions=tuple(precisions.values()),
        recent_flags=_busiest_hour([claim for claim, counts in zip(claims, full, strict=True) if counts]),
        severity_weight=weight,
    )


def _busiest_hour(claims: Sequence[Claim]) -> int:
    """The greatest number of flags within any hour, counting at most MOST_RECENT_OF_ONE_SOURCE of each source."""
    if len(claims) < 2:
        return len(claims)
    within: deque[Claim] = deque()
    by_source: Counter[Hashable] = Counter()
    counted = most = 0
    for claim in sorted(claims, key=lambda claim: claim.flagged_at):
        within.append(claim)
        by_source[claim.source_id] += 1
        counted += by_source[claim.source_id] <= MOST_RECENT_OF_ONE_SOURCE
        while claim.flagged_at - within[0].flagged_at > VELOCITY_WINDOW:
            gone = within.popleft()
            counted -= by_source[gone.source_id] <= MOST_RECENT_OF_ONE_SOURCE
            by_source[gone.source_id] -= 1
        most = max(most, counted)
    return most


def parts(facts: RankFacts) -> RankParts:
    """The components of a rank. The surest MOST_SOURCES sources count, so that a crowd of weak ones adds little."""
    surest = sorted(facts.precisions, reverse=True)[:MOST_SOURCES]
    recent = min(facts.recent_flags, MOST_RECENT_FLAGS)
    return RankParts(
        severity=round(PER_SEVERITY_STEP * facts.severity * facts.severity_weight, 1),
        reach=round(PER_TENFOLD_FOLLOWERS * math.log10(1 + (facts.followers or 0)), 1),
        sources=round(PER_CERTAIN_SOURCE * sum(surest), 1),
        velocity=PER_RECENT_FLAG * max(0, recent - 1),
        severity_step=facts.severity,
        followers=facts.followers,
        source_count=len(facts.precisions),
        recent_flags=facts.recent_flags,
        severity_weight=facts.severity_weight,
    )


def serving_order(points: RankParts, opened_at: datetime, legal_deadline_at: datetime | None) -> float:
    """The number that "next" sorts by, highest first."""
    if legal_deadline_at is not None:
        return express_order(legal_deadline_at)
    return points.total - AGEING_PER_HOUR * (opened_at - EPOCH).total_seconds() / 3600


def express_order(deadline: datetime) -> float:
    """The number that "next" sorts a case with this legal deadline by."""
    return EXPRESS - deadline.timestamp()


def explain(stored: Mapping[str, float | int | None], opened_at: datetime, at: datetime) -> list[Line]:
    """The rank of a case at `at`, a line per component; their points sum to the rank.

    Takes the case's stored parts. Returns severity, reach, sources, velocity, waiting, in this order.
    """
    points = RankParts(**stored)  # type: ignore[arg-type]  # what `as_json` stored
    hours = max(0.0, (at - opened_at).total_seconds() / 3600)
    return [
        Line(points.severity, 40, _severity(points)),
        Line(points.reach, 40, _reach(points)),
        Line(points.sources, 40, _sources(points)),
        Line(points.velocity, 18, _velocity(points)),
        Line(round(AGEING_PER_HOUR * hours, 1), 40, _("Waiting for %(time)s") % {"time": _hours(hours)}),
    ]


def _severity(points: RankParts) -> str:
    step = points.severity_step
    if points.severity_weight == 1:
        return _("Severity %(step)s of 4, the gravest") % {"step": step}
    said = {"step": step, "share": f"{points.severity_weight:.0%}"}
    return _("Severity %(step)s of 4, of which %(share)s counts: only a source that floods us says so") % said


def _reach(points: RankParts) -> str:
    if points.followers is None:
        return _("Followers not known")
    return _("%(followers)s followers, by log") % {"followers": f"{points.followers:,}"}


def _sources(points: RankParts) -> str:
    count = points.source_count
    said = ngettext("%(count)s source, by how often right", "%(count)s sources, by how often right", count)
    return said % {"count": count}


def _velocity(points: RankParts) -> str:
    flags = points.recent_flags
    if flags < MOST_RECENT_OF_ONE_SOURCE:
        return ngettext("%(count)s flag within an hour", "%(count)s flags within an hour", flags) % {"count": flags}
    said = ngettext(
        "%(count)s flag within an hour, at most %(most)s of a source",
        "%(count)s flags within an hour, at most %(most)s of a source",
        flags,
    )
    return said % {"count": flags, "most": MOST_RECENT_OF_ONE_SOURCE}


def _hours(hours: float) -> str:
    minutes = int(hours * 60)
    if minutes < 60:
        return _("%(minutes)s min") % {"minutes": minutes}
    if hours < 48:
        return _("%(hours)s h %(minutes)s min") % {"hours": minutes // 60, "minutes": f"{minutes % 60:02d}"}
    return _("%(days)s d %(hours)s h") % {"days": int(hours // 24), "hours": int(hours % 24)}
