"""Where a new flag goes: into the open case, to the decision that already stands, or into a case of its own."""

from dataclasses import dataclass
from enum import StrEnum

# After a keep, flags with nothing new wait on the decided case until their distinct sources weigh this much together:
# two sources of average precision are not enough, three are.
REOPENING_WEIGHT = 1.25
REOPENING_SOURCES = 2


class Place(StrEnum):
    """Where a flag goes."""

    OPEN_CASE = "joins the open case"
    ALREADY_ACTIONED = "joins the suspension that stands"
    DECIDED_CASE = "joins the case that was decided to keep"
    NEW_CASE = "opens a case"


@dataclass(frozen=True, slots=True)
class JoiningFacts:
    """What decides it: an open case, a suspension of ours that stands or is pending, a keep that stands, whether the
    flag brings evidence that the kept case's flags did not, and whether it carries an authority's order."""

    has_open_case: bool
    is_suspended_by_us: bool
    was_kept: bool
    brings_new_evidence: bool
    carries_order: bool


def place(facts: JoiningFacts) -> Place:
    """The flag's place. Source: DESIGN's crossing rules, told in docs/decisions/0006-where-a-flag-goes.md."""
    if facts.has_open_case:
        return Place.OPEN_CASE
    if facts.is_suspended_by_us:
        return Place.ALREADY_ACTIONED
    if facts.was_kept and not (facts.brings_new_evidence or facts.carries_order):
        return Place.DECIDED_CASE
    return Place.NEW_CASE


def reopens(precisions: list[float]) -> bool:
    """Whether the waiting flags on a kept case reopen it. Takes the precision (0 to 1) of each distinct source."""
    return len(precisions) >= REOPENING_SOURCES and sum(precisions) >= REOPENING_WEIGHT
