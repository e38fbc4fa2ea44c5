"""How fast a platform may be asked, across all workers: a pause it asked for, and a token bucket. In Redis.

Nothing of record: emptied, the next answer brings the pause back; away, nothing is limited but by the rows' own times.
"""

from uuid import UUID

from redis import Redis

from common import buckets, fleeting


def pause(platform_id: UUID, seconds: float) -> None:
    """Let no worker send to the platform for `seconds`. A longer pause that runs already stays."""
    milliseconds = int(seconds * 1000)

    def lengthen(redis: Redis) -> None:
        if redis.pttl(_key("pause", platform_id)) < milliseconds:
            redis.set(_key("pause", platform_id), 1, px=milliseconds)

    if milliseconds > 0:
        fleeting.ask(lengthen, otherwise=lambda: None)


def paused_seconds(platform_id: UUID) -> float:
    """How much longer the platform's pause lasts; 0 without one, or when Redis is away."""
    return fleeting.ask(lambda redis: max(0, redis.pttl(_key("pause", platform_id))) / 1000, otherwise=lambda: 0.0)


def take(platform_id: UUID, *, requests_per_minute: int | None, wanted: int) -> int:
    """How many of `wanted` requests may be made now; all of them when there is no limit or Redis is away.

    Up to one second's worth can be saved up. Where the limit is high, waits for a fifth of a second's worth rather
    than granting one at a time.
    """
    if requests_per_minute is None:
        return wanted
    rate = requests_per_minute / 60
    size = max(1.0, rate)
    least = max(1, min(wanted, int(rate / 5)))
    key = _key("bucket", platform_id)
    return fleeting.ask(
        lambda redis: buckets.take(redis, key, rate=rate, size=size, wanted=wanted, least=least).granted,
        otherwise=lambda: wanted,
    )


def _key(what: str, platform_id: UUID) -> str:
    return f"caseload:takedowns:{what}:{platform_id}"
