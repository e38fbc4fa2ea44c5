"""A person's last decisions as pages show them: with what is left of their undo window."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reviews.choices import DecisionState
from reviews.models import Decision
from reviews.selectors import decisions
from reviews.selectors.decisions import Decided
from staff.models import User
from takedowns.models import Enforcement


@dataclass(frozen=True, slots=True)
class Last:
    """A decision, its enforcement if it has one, and seconds: left of its undo window, and of the whole window."""

    decision: Decision
    enforcement: Enforcement | None
    seconds_left: int
    window_seconds: int

    @property
    def can_be_undone(self) -> bool:
        """Whether the window is open."""
        return self.decision.state == DecisionState.PENDING and self.seconds_left > 0

    @property
    def is_proposed(self) -> bool:
        """Whether it waits for a second person."""
        return self.decision.state == DecisionState.PROPOSED


def lasts_of(decided: Sequence[Decided], *, at: datetime) -> list[Last]:
    """Each with its window at `at`."""
    return [_last(row, at) for row in decided]


def last_of(person: User, *, at: datetime) -> Last | None:
    """The newest decision that the person made or approved, while it can be undone: what the toast shows."""
    newest = decisions.newest_by(person)
    last = _last(Decided(newest, None), at) if newest else None
    return last if last and last.can_be_undone else None


def _last(row: Decided, at: datetime) -> Last:
    decision = row.decision
    ends_at = decision.effective_at or decision.settled_at  # a proposal has no window yet
    return Last(
        decision=decision,
        enforcement=row.enforcement,
        seconds_left=max(0, round((ends_at - at).total_seconds())),
        window_seconds=round((ends_at - decision.settled_at).total_seconds()),
    )
