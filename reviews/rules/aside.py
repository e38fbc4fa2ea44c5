"""Setting cases aside: for how long one may be held, and when it is remembered unless its holder says."""

from datetime import datetime, timedelta

MOST_HOLD = timedelta(days=14)


def reminder(wanted: datetime | None, at: datetime, default: timedelta) -> datetime | None:
    """When a case held at `at` is remembered: as wanted, or after `default`. None: that is no time for a reminder."""
    remind_at = wanted or at + default
    return remind_at if at < remind_at <= at + MOST_HOLD else None
