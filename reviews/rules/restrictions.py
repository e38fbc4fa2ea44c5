"""Restrictions: when the mail about one is tried again, and how far it is told."""

from datetime import timedelta

FIRST_GAP = timedelta(minutes=1)
LONGEST_GAP = timedelta(minutes=15)  # somebody's life may hang on it: it never gets longer


def mail_gap(tries: int) -> timedelta:
    """How long after the try number `tries` (1 is the first) the mail is tried again: twice as long each time."""
    doublings: int = 2 ** (min(tries, 10) - 1)
    return min(LONGEST_GAP, FIRST_GAP * doublings)
