"""Redis for what may be lost at any moment: asked with a short time-out, and left alone for a while after an error."""

import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Final, TypeVar

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

Found = TypeVar("Found")
_TIMEOUT_SECONDS: Final = 0.25
_AWAY_SECONDS: Final = 5.0  # after an error, Redis is left alone for so long


class Away:
    """Until when (monotonic) Redis is not tried, in this process; 0 while it answers."""

    until = 0.0
    lock = threading.Lock()


@cache
def redis() -> Redis:
    """The one client of this process."""
    address = settings.CACHES["default"]["LOCATION"]
    return Redis.from_url(address, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS)


def ask(question: Callable[[Redis], Found], *, otherwise: Callable[[], Found]) -> Found:
    """What Redis answers to `question`; what `otherwise` gives while it is away. When the pause after an error is over,
    one caller tries it; the others go on without it until that one had an answer."""
    if Away.until and not _is_turn():
        return otherwise()
    try:
        found = question(redis())
    except RedisError:
        Away.until = time.monotonic() + _AWAY_SECONDS
        return otherwise()
    Away.until = 0.0
    return found


def _is_turn() -> bool:
    with Away.lock:
        now = time.monotonic()
        if now < Away.until:
            return False
        Away.until = now + _AWAY_SECONDS
        return True
