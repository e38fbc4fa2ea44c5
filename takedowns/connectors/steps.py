"""One action as several calls: what not hearing an answer means at each, and what ends the action early."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from takedowns.choices import Outcome
from takedowns.connectors.base import Action, Answer
from takedowns.connectors.calls import NotSent, Reply, Unheard

CREDENTIALS_PAUSE_SECONDS: Final = 60.0
ERROR_LENGTH: Final = 500


class Ended(Exception):
    """What became of an action is known: no further call is made for it."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer)
        self.answer = answer


def concluded(work: Callable[[Action], Answer], action: Action) -> Answer:
    """What `work` came to, whether it went to its end or ended early."""
    try:
        return work(action)
    except Ended as ended:
        return ended.answer


def asking(call: Callable[[], Reply]) -> Reply:
    """A call before the one that acts: when nothing is heard, nothing was done. Raises Ended."""
    try:
        return call()
    except (NotSent, Unheard) as error:
        raise Ended(Answer(Outcome.NOT_SENT, error=str(error))) from error


def acting(call: Callable[[], Reply]) -> Reply:
    """The call that acts: when nothing is heard, it may have. Raises Ended."""
    try:
        return call()
    except NotSent as error:
        raise Ended(Answer(Outcome.NOT_SENT, error=str(error))) from error
    except Unheard as error:
        raise Ended(Answer(Outcome.AMBIGUOUS, error=str(error))) from error


def seeing(call: Callable[[], Reply]) -> Reply:
    """A call after the one that acted, to see what came of it: when nothing is heard, it may have. Raises Ended."""
    try:
        return call()
    except (NotSent, Unheard) as error:
        raise Ended(Answer(Outcome.AMBIGUOUS, error=str(error))) from error


def stopped(reply: Reply, why: str) -> Answer:
    """The platform won't take anything from us until somebody mends what is wrong: everything waits, nothing fails."""
    pause = max(reply.retry_after_seconds, CREDENTIALS_PAUSE_SECONDS)
    return Answer(Outcome.NOT_SENT, reply.status, f"{why} {said(reply)}"[:ERROR_LENGTH], pause)


def said(reply: Reply) -> str:
    """The answer in a few words, for people."""
    return f"HTTP {reply.status}: {reply.body[:200].decode(errors='replace')}"


def json_of(reply: Reply) -> dict[str, Any]:
    """The JSON object in the answer; an empty one when it holds none."""
    with suppress(ValueError):
        if isinstance(found := json.loads(reply.body), dict):
            return found
    return {}


def list_of(reply: Reply) -> list[dict[str, Any]] | None:
    """The JSON list of objects in the answer; None when it holds none."""
    with suppress(ValueError):
        found = json.loads(reply.body)
        if isinstance(found, list) and all(isinstance(each, dict) for each in found):
            return found
    return None
