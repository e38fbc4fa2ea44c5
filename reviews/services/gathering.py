"""Flags that come one by one at the same moment are stored together: one transaction, one sync to the disk.

Each caller waits for the commit that holds its flag, and no flag waits for others to come: while one transaction is
on its way, the flags that arrive gather, and the first of their callers carries them all. A caller that is alone
carries its own flag at once. Why: docs/decisions/0017-single-flags-gather.md.
"""

import threading
from collections import defaultdict
from collections.abc import Sequence

from django.db import InterfaceError, OperationalError, transaction

from reviews.services import intake
from reviews.services.facts import FlagFacts
from reviews.services.intake import Submitted
from staff.actors import Actor
from staff.permissions import Permission

MOST = 100  # carried together


class _Caller:
    """A thread with one flag. `called` is set when it has its answer, or is to carry those who wait, itself first."""

    def __init__(self, flag: FlagFacts) -> None:
        self.flag = flag
        self.called = threading.Event()
        self.answer: Submitted | None = None
        self.failure: BaseException | None = None

    @property
    def is_served(self) -> bool:
        return self.answer is not None or self.failure is not None


class _Gathering:
    """Who waits, by sender: only flags of one sender are carried together, since the log names one actor for them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[Actor, list[_Caller]] = defaultdict(list)
        self._busy: set[Actor] = set()

    def submit(self, actor: Actor, flag: FlagFacts) -> Submitted:
        """The answer to `flag`, whoever carried it. Raises what storing it raised."""
        me = _Caller(flag)
        with self._lock:
            self._waiting[actor].append(me)
            if actor not in self._busy:
                self._busy.add(actor)
                me.called.set()
        me.called.wait()
        if not me.is_served:
            self._carry(actor)
        if me.failure is not None:
            raise me.failure
        assert me.answer is not None
        return me.answer

    def _carry(self, actor: Actor) -> None:
        with self._lock:
            waiting = self._waiting.pop(actor)
            group, rest = waiting[:MOST], waiting[MOST:]
            if rest:
                self._waiting[actor] = rest
        try:
            _store(actor, group)
        finally:
            for caller in group:
                if not caller.is_served:  # this thread is being ended
                    caller.failure = RuntimeError("The call was broken off before it was answered.")
                caller.called.set()
            self._hand_over(actor)

    def _hand_over(self, actor: Actor) -> None:
        """The first of those who came meanwhile carries the next group."""
        with self._lock:
            if actor in self._waiting:
                self._waiting[actor][0].called.set()
            else:
                self._busy.discard(actor)


def _store(actor: Actor, group: Sequence[_Caller]) -> None:
    """Store the flags of `group` together; when that is refused, each alone: what is refused of one sinks no other.

    When the connection broke, nobody knows whether they were committed: then nothing is stored again, and each caller
    is told that it failed, as it would have been alone.
    """
    try:
        answers = intake.submit(actor, [caller.flag for caller in group])
    except Exception as failure:
        if len(group) > 1 and not isinstance(failure, OperationalError | InterfaceError):
            for caller in group:
                _store(actor, [caller])
            return
        for caller in group:
            caller.failure = failure
        return
    for caller, answer in zip(group, answers, strict=True):
        caller.answer = answer


_gathering = _Gathering()


def submit_one(actor: Actor, flag: FlagFacts) -> Submitted:
    """One flag is stored, perhaps in one transaction with others of the same sender. See `intake.submit`.

    Returns after the commit. Raises what the flag was refused for. Inside a transaction of the caller's it is stored in
    that one, alone.
    """
    actor.require(Permission.SEND_FLAGS)
    if transaction.get_connection().in_atomic_block:
        return intake.submit_one(actor, flag)
    answer = _gathering.submit(actor, flag)
    if answer.error:
        raise answer.error
    return answer
