"""The duration ladder: how long the next suspension lasts. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

FOR_GOOD = 0


def proposed_days(ladder: Sequence[int], strikes: int) -> int:
    """The step after `strikes` earlier suspensions, in days; 0 is for good. The last step repeats."""
    return ladder[min(strikes, len(ladder) - 1)] if ladder else FOR_GOOD


def end_of(days: int, start: datetime) -> datetime | None:
    """When a suspension of `days` that begins at `start` ends; None for good."""
    return None if days == FOR_GOOD else start + timedelta(days=days)
