"""Which accounts a batch leaves out, and whether the list is what its asker said it would be."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from reviews.choices import LeftOut, Outcome
from reviews.rules.lanes import follower_band

EXPECTED_SHARE = 0.02  # how far the list may differ from the expected count


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What is known of one listed account; `is_restricted`: its asker isn't cleared for its material."""

    is_known: bool
    is_repeated: bool
    is_protected: bool
    is_suspended_by_us: bool
    is_claimed_by_other: bool
    needs_second: bool
    is_restricted: bool


def left_out(outcome: str, facts: ItemFacts) -> LeftOut:
    """Why the account is left out of a batch with this outcome; LeftOut.NOT_LEFT_OUT when it isn't."""
    if not facts.is_known:
        return LeftOut.UNKNOWN_ACCOUNT
    if facts.is_repeated:
        return LeftOut.TWICE
    if facts.is_restricted:
        return LeftOut.RESTRICTED
    if facts.is_claimed_by_other:
        return LeftOut.CLAIMED_BY_OTHER
    if outcome == Outcome.SUSPEND and facts.is_suspended_by_us:
        return LeftOut.ALREADY
    if outcome == Outcome.SUSPEND and facts.is_protected:
        return LeftOut.PROTECTED
    if outcome == Outcome.SUSPEND and facts.needs_second:
        return LeftOut.SECOND_PERSON
    return LeftOut.NOT_LEFT_OUT


def differs_from_expected(listed: int, expected: int) -> bool:
    """Whether the list is further from the expected count than EXPECTED_SHARE of it."""
    return abs(listed - expected) > EXPECTED_SHARE * expected


@dataclass(frozen=True, slots=True)
class Counted:
    """What the breakdown counts an account by; `language` empty where it isn't known."""

    platform: str
    language: str
    followers: int | None
    protected_class: str


def broken_down(enforced: Iterable[Counted], listed: Iterable[Counted]) -> dict[str, dict[str, int]]:
    """How many accounts would be enforced on by platform, language and follower band, the most first; and how many
    known ones are listed by protected class, since a batch leaves those out."""
    rows = list(enforced)
    return {
        "platform": _counts(row.platform for row in rows),
        "language": _counts(row.language for row in rows),
        "follower_band": _counts(follower_band(row.followers) for row in rows),
        "protected_class": _counts(row.protected_class for row in listed),
    }


def _counts(values: Iterable[str]) -> dict[str, int]:
    return dict(Counter(values).most_common())


def counted(reasons: Iterable[str]) -> dict[str, Any]:
    """The dry run's counts from each item's reason: listed, to_enforce, left_out by reason."""
    by_reason: dict[str, int] = {}
    listed = 0
    for reason in reasons:
        listed += 1
        if reason:
            by_reason[reason] = by_reason.get(reason, 0) + 1
    return {"listed": listed, "to_enforce": listed - sum(by_reason.values()), "left_out": by_reason}
