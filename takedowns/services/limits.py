"""How fast a platform may be asked, across all workers: a pause it asked for, and a token bucket. In Redis.

Nothing of record: emptied, the next answer brings the pause back; away, nothing is limited but by the rows' own times.
"""

import time
from functools import cache
from typing import Final
from uuid import UUID

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

_AWAY_SECONDS: Final = 5.0  # after an error, Redis is left alone for so long

# Grants up to ARGV[3] tokens, at least ARGV[4] or none. Rate per second ARGV[1], at most ARGV[2] saved up.
_TAKE: Final = """
local now = redis.call('TIME')
local at = tonumber(now[1]) + tonumber(now[2]) / 1000000
local rate, size = tonumber(ARGV[1]), tonumber(ARGV[2])
local held = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = math.min(size, (tonumber(held[1]) or size) + (at - (tonumber(held[2]) or at)) * rate)
local granted = math.min(math.floor(tokens), tonumber(ARGV[3]))
if granted < tonumber(ARGV[4]) then granted = 0 end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens - granted), 'at', tostring(at))
redis.call('EXPIRE', KEYS[1], 3600)
return granted
"""


class _Away:
    """Until when (monotonic) Redis is not tried, in this process."""

    until = 0.0


@cache
def _redis() -> Redis:
    address = settings.CACHES["default"]["LOCATION"]
    return Redis.from_url(address, socket_timeout=0.5, socket_connect_timeout=0.5)


def pause(platform_id: UUID, seconds: float) -> None:
    """Let no worker send to the platform for `seconds`. A longer pause that runs already stays."""
    milliseconds = int(seconds * 1000)
    if milliseconds <= 0 or _is_away():
        return
    try:
        if _redis().pttl(_key("pause", platform_id)) < milliseconds:
            _redis().set(_key("pause", platform_id), 1, px=milliseconds)
    except RedisError:
        _note_error()


def paused_seconds(platform_id: UUID) -> float:
    """How much longer the platform's pause lasts; 0 without one, or when Redis is away."""
    if _is_away():
        return 0.0
    try:
        return max(0, _redis().pttl(_key("pause", platform_id))) / 1000
    except RedisError:
        _note_error()
        return 0.0


def take(platform_id: UUID, *, requests_per_minute: int | None, wanted: int) -> int:
    """How many of `wanted` requests may be made now; all of them when there is no limit or Redis is away.

    Up to one second's worth can be saved up. Where the limit is high, waits for a fifth of a second's worth rather
    than granting one at a time.
    """
    if requests_per_minute is None or _is_away():
        return wanted
    rate = requests_per_minute / 60
    size = max(1.0, rate)
    least = max(1, min(wanted, int(rate / 5)))
    try:
        return int(_redis().eval(_TAKE, 1, _key("bucket", platform_id), rate, size, wanted, least))
    except RedisError:
        _note_error()
        return wanted


def _key(what: str, platform_id: UUID) -> str:
    return f"caseload:takedowns:{what}:{platform_id}"


def _is_away() -> bool:
    return time.monotonic() < _Away.until


def _note_error() -> None:
    _Away.until = time.monotonic() + _AWAY_SECONDS
