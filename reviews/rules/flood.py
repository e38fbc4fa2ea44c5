"""Flood control: how many flags an hour a source may send before what comes on top counts for less.

A flood is stored like every other flag and hides nothing: it only stops lifting cases by its own say-so
(`reviews.rules.rank`). Source: docs/decisions/0013-a-flood-is-ranked-by-its-evidence.md.
"""

import math

WINDOW_HOURS = 1
FLOOR = 500  # flags an hour that nobody is held up for: what ten people decide in that time
FACTOR = 10  # times a source's own norm
NORM_DAYS = 28


def bound(flags: int, days: float) -> int:
    """How many flags an hour are no flood for a source. Takes how many it sent, floods aside, in how many days (at most
    NORM_DAYS) before today."""
    if days <= 0:
        return FLOOR
    return max(FLOOR, math.ceil(FACTOR * flags / (24 * days)))
