"""Token buckets: how much may be taken now, across all processes (in Redis) or within this one.

A bucket fills at `rate` tokens a second up to `size`, and is full when nobody has taken from it.
"""

import threading
import time
from functools import cache
from typing import Final, NamedTuple

from redis import Redis
from redis.commands.core import Script

# Grants up to ARGV[3] tokens, at least ARGV[4] or none. Rate per second ARGV[1], at most ARGV[2] saved up.
# Answers what is granted, and what is left, as text since Redis would cut it to a whole number.
_TAKE: Final = """
local now = redis.call('TIME')
local at = tonumber(now[1]) + tonumber(now[2]) / 1000000
local rate, size = tonumber(ARGV[1]), tonumber(ARGV[2])
local held = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local gained = math.max(0, at - (tonumber(held[2]) or at)) * rate
local tokens = math.min(size, (tonumber(held[1]) or size) + gained)
local granted = math.min(math.floor(tokens), tonumber(ARGV[3]))
if granted < tonumber(ARGV[4]) then granted = 0 end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens - granted), 'at', string.format('%.6f', at))
redis.call('EXPIRE', KEYS[1], 3600)
return {granted, tostring(tokens - granted)}
"""
_KEPT_AT_MOST: Final = 10_000  # buckets within a process


class Taken(NamedTuple):
    """How many tokens were granted, and how many are left."""

    granted: int
    left: float


def take(redis: Redis, key: str, *, rate: float, size: float, wanted: int = 1, least: int = 1) -> Taken:
    """Take up to `wanted` tokens, at least `least` or none, in one round trip. Raises RedisError."""
    granted, left = _script(redis)(keys=[key], args=[rate, size, wanted, least])
    return Taken(int(granted), float(left))


@cache
def _script(redis: Redis) -> Script:
    return redis.register_script(_TAKE)  # asked for by its hash, and sent whole when Redis doesn't know it


class Local:
    """Buckets of this process alone, one token at a time, by the monotonic clock."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, key: str, *, rate: float, size: float) -> Taken:
        """Take one token, or none."""
        with self._lock:
            if len(self._held) > _KEPT_AT_MOST:
                self._held.clear()
            now = time.monotonic()
            tokens, at = self._held.get(key, (size, now))
            tokens = min(size, tokens + (now - at) * rate)
            granted = 1 if tokens >= 1 else 0
            self._held[key] = (tokens - granted, now)
            return Taken(granted, tokens - granted)
