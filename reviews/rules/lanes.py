"""Lanes: the one combination of what queues filter by that a case stands in. Which cases a queue holds follows from its
lanes alone, so that nothing is rewritten when a queue changes.

Steps of followers and of age are fixed, so that a queue's bound never falls inside a lane or a tally.
Source: docs/decisions/0026-queues-are-made-of-lanes.md.
"""

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from reviews.choices import FollowerBand

_FOLLOWER_STEPS = (1_000, 10_000, 100_000, 1_000_000)
_KNOWN_BANDS = [band for band in FollowerBand.values if band != FollowerBand.UNKNOWN]
AGE_STEPS = (4, 24, 72, 168)  # hours since a case was opened, from which on an age filter can hold it


class LaneFacts(NamedTuple):
    """What a lane is made of. `source_kinds` and `clearances` are sorted; `clearances` are all that the policies of the
    case's open flags ask for."""

    platform_id: UUID
    policy_id: UUID
    language: str
    source_kinds: tuple[str, ...]
    protected_class: str
    follower_band: str
    clearances: tuple[str, ...]


def follower_band(followers: int | None) -> str:
    """The band that so many followers fall into; a band begins with its step."""
    if followers is None:
        return str(FollowerBand.UNKNOWN)
    return str(_KNOWN_BANDS[bisect_right(_FOLLOWER_STEPS, followers)])


def needed(clearances: Iterable[str]) -> tuple[str, ...]:
    """The distinct clearances that are asked for, sorted; policies that ask for none say ""."""
    return tuple(sorted({str(clearance) for clearance in clearances if clearance}))
