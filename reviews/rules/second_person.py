"""The second person: which suspensions somebody else must approve, and who that may be."""

from collections.abc import Iterable
from dataclasses import dataclass

from reviews.choices import Need, Outcome
from staff.choices import GOVERNMENTS
from staff.permissions import Permission


@dataclass(frozen=True, slots=True)
class Rule:
    """What supervisors have set beside protected accounts, which always need a second person: above how many followers
    (None: never for that), and whether flags from governments alone do."""

    followers_above: int | None = None
    governments_only: bool = False


@dataclass(frozen=True, slots=True)
class SuspensionFacts:
    """What is known of an account that is to be suspended. `governments_only`: it has open
    flags, and all are from governments."""

    is_protected: bool
    followers: int | None
    governments_only: bool


def needs(rule: Rule, facts: SuspensionFacts, outcome: str = Outcome.SUSPEND) -> list[Need]:
    """Why a decision needs a second person; empty when it doesn't, as every *keep*."""
    if outcome != Outcome.SUSPEND:
        return []
    found = {
        Need.PROTECTED: facts.is_protected,
        Need.FOLLOWERS: rule.followers_above is not None and (facts.followers or 0) > rule.followers_above,
        Need.GOVERNMENTS: rule.governments_only and facts.governments_only,
    }
    return [need for need, holds in found.items() if holds]


def needs_supervisor(facts: SuspensionFacts) -> bool:
    """Whether the second person must be a supervisor: a protected account that governments alone flagged."""
    return facts.is_protected and facts.governments_only


def may_answer(facts: SuspensionFacts, may: frozenset[Permission], *, is_proposer: bool) -> bool:
    """Whether somebody with these permissions is the second person for a proposal."""
    if is_proposer or Permission.APPROVE_DECISION not in may:
        return False
    return Permission.APPROVE_AGAINST_GOVERNMENT_FLAGS in may or not needs_supervisor(facts)


def from_governments_only(kinds: Iterable[str]) -> bool:
    """Whether flags of these kinds of sources, one or more, all come from governments."""
    found = set(kinds)
    return bool(found) and found <= set(GOVERNMENTS)
