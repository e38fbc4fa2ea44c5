"""Trusted flaggers: when a flag is one's, under Article 22 of Regulation (EU) 2022/2065 (the Digital Services Act)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from staff.choices import SourceKind


@dataclass(frozen=True, slots=True)
class AwardFacts:
    """An award: from `awarded_on` through `ends_on` (None: open) unless revoked, and then only before `revoked_on`.
    Its area of competence are policies (by code) and statement categories."""

    awarded_on: date
    ends_on: date | None
    revoked_on: date | None
    policies: frozenset[str]
    categories: frozenset[str]


def holds(award: AwardFacts, on: date) -> bool:
    """Whether the award stands on that day (UTC)."""
    if on < award.awarded_on or (award.revoked_on is not None and on >= award.revoked_on):
        return False
    return award.ends_on is None or on <= award.ends_on


def covers(award: AwardFacts, policy: str, category: str) -> bool:
    """Whether a policy, or the statement category it belongs to, lies within the area of competence."""
    return policy in award.policies or category in award.categories


def is_trusted(kind: str, awards: Iterable[AwardFacts], *, policy: str, category: str, on: date) -> bool:
    """Whether a flag is a trusted flagger's: its client is of that kind (what a relay states is hearsay), and an award
    of its organisation stood on the day it was received and covers what it claims."""
    if kind != SourceKind.TRUSTED_FLAGGER:
        return False
    return any(holds(award, on) and covers(award, policy, category) for award in awards)
