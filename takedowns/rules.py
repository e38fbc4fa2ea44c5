"""What an enforcement may do next, and when: the state table, what an answer leads to, and the gaps between tries."""

from types import MappingProxyType
from typing import Final

from takedowns.choices import Kind, Outcome, Standing, State

_S = State
MOVES: Final = MappingProxyType(
    {
        _S.WAITING: frozenset({_S.SENDING, _S.CANCELLED, _S.SUPERSEDED}),
        _S.SENDING: frozenset({_S.APPLIED, _S.RETRYING, _S.UNKNOWN, _S.FAILED}),
        _S.RETRYING: frozenset({_S.SENDING, _S.FAILED, _S.CANCELLED, _S.SUPERSEDED}),
        _S.UNKNOWN: frozenset({_S.APPLIED, _S.RETRYING}),
        _S.FAILED: frozenset({_S.RETRYING}),
        _S.APPLIED: frozenset[State](),
        _S.CANCELLED: frozenset[State](),
        _S.SUPERSEDED: frozenset[State](),
    }
)
# Source: the table of states in the design. A trigger in the database refuses every other move.


_STATE_AFTER: Final = MappingProxyType(
    {
        Outcome.APPLIED: _S.APPLIED,
        Outcome.ALREADY: _S.APPLIED,
        Outcome.RETRY: _S.RETRYING,
        Outcome.NOT_SENT: _S.RETRYING,
        Outcome.AMBIGUOUS: _S.UNKNOWN,
        Outcome.REFUSED: _S.FAILED,
        Outcome.NO_ACCOUNT: _S.FAILED,
    }
)

FIRST_GAP_SECONDS: Final = 2.0
LONGEST_GAP_SECONDS: Final = 3600.0
UNSENT_GAP_SECONDS: Final = 10.0
GIVE_UP_AT_SENDS: Final = 100
FIRST_LOOK_SECONDS: Final = 1.0
LONGEST_LOOK_GAP_SECONDS: Final = 900.0


def may_move(before: str, after: str) -> bool:
    """Whether an enforcement in state `before` may go to state `after`."""
    return State(after) in MOVES[State(before)]


def state_after(outcome: str, *, attempts: int) -> State:
    """The state that the outcome of the send number `attempts` leads to from `sending`.

    What did not get through is tried again for about three days; then it is `failed`, and each retry by hand is one
    more send. What never left is no send, and is tried without end.
    """
    if outcome == Outcome.RETRY and attempts >= GIVE_UP_AT_SENDS:
        return _S.FAILED
    return _STATE_AFTER[Outcome(outcome)]


def state_after_look(kind: str, standing: str, *, is_settled: bool, is_idempotent: bool) -> State | None:
    """What an unknown enforcement becomes once the platform said how the account stands; None: ask again.

    Takes whether the question was put after the last moment at which the request could still take effect: before
    that, only "it is so" counts. A platform that is idempotent needs not have said anything: the same id sent again
    has no second effect.
    """
    so_now = Standing.SUSPENDED if kind == Kind.SUSPEND else Standing.ACTIVE
    if standing == so_now:
        return _S.APPLIED
    is_open = standing == Standing.UNCLEAR and not is_idempotent
    return None if is_open or not is_settled else _S.RETRYING


def retry_gap_seconds(attempts: int, *, jitter: float, retry_after_seconds: float = 0.0) -> float:
    """How long to wait before the next attempt.

    Takes the number of sends so far (1 or more), a random number in [0, 1) and what the platform asked for. Doubles
    from 2 s to one hour; the jitter takes away up to half, so that a wave does not come back as a wave. Never less than
    what the platform asked for (there the jitter adds up to a tenth).
    Source: "equal jitter" of M. Brooker, Exponential Backoff and Jitter, AWS Architecture Blog, 2015.
    """
    doublings = min(max(attempts - 1, 0), 20)
    gap = min(FIRST_GAP_SECONDS * 2.0**doublings, LONGEST_GAP_SECONDS)
    return max(gap * (0.5 + jitter / 2), retry_after_seconds * (1 + jitter / 10))


def unsent_gap_seconds(*, jitter: float, retry_after_seconds: float = 0.0) -> float:
    """How long to wait after the platform could not be reached at all: 5 to 10 s, or what it asked for."""
    return max(UNSENT_GAP_SECONDS * (0.5 + jitter / 2), retry_after_seconds)


def look_gap_seconds(unknown_for_seconds: float, *, until_settled_seconds: float) -> float:
    """How long to wait before asking the platform again about an unknown enforcement.

    Takes how long it has been unknown, and how long until a "not done" counts (0 or less: it counts already). Half as
    long again as it has been unknown, from 1 s to 15 minutes, but at once when the answer begins to count.
    """
    gap = min(max(unknown_for_seconds / 2, FIRST_LOOK_SECONDS), LONGEST_LOOK_GAP_SECONDS)
    return min(gap, until_settled_seconds) if until_settled_seconds > 0 else gap
