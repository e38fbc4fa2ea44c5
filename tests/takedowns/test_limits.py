"""Pauses and token buckets in Redis, and life without it."""

import time

import pytest
from redis import Redis

from common import fleeting
from common.ids import new_id
from takedowns.services import limits


def test_a_pause_lasts_as_long_as_asked(redis: Redis) -> None:
    platform = new_id()
    limits.pause(platform, 20)
    assert 19 < limits.paused_seconds(platform) <= 20


def test_a_shorter_pause_does_not_end_a_longer_one(redis: Redis) -> None:
    platform = new_id()
    limits.pause(platform, 20)
    limits.pause(platform, 1)
    assert limits.paused_seconds(platform) > 19


def test_one_platforms_pause_is_not_anothers(redis: Redis) -> None:
    limits.pause(new_id(), 20)
    assert limits.paused_seconds(new_id()) == 0


def test_without_a_limit_all_may_go() -> None:
    assert limits.take(new_id(), requests_per_minute=None, wanted=500) == 500


def test_a_bucket_gives_what_it_holds_and_fills_up_again(redis: Redis) -> None:
    platform = new_id()

    def granted() -> int:
        return limits.take(platform, requests_per_minute=600, wanted=200)

    assert (granted(), granted()) == (10, 0)
    time.sleep(0.45)
    assert granted() in {4, 5}


def test_redis_emptied_is_no_error(redis: Redis) -> None:
    platform = new_id()
    limits.pause(platform, 20)
    limits.take(platform, requests_per_minute=60, wanted=1)
    redis.delete(*redis.keys(f"caseload:takedowns:*:{platform}"))  # all that the ledger's limits know of it
    assert limits.paused_seconds(platform) == 0
    assert limits.take(platform, requests_per_minute=60, wanted=1) == 1


def test_redis_away_limits_nothing_and_costs_one_try(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = Redis.from_url("redis://127.0.0.1:9/0", socket_connect_timeout=0.2)
    asked: list[int] = []
    monkeypatch.setattr(fleeting, "redis", lambda: asked.append(1) or nobody)  # type: ignore[func-returns-value]
    platform = new_id()
    limits.pause(platform, 20)
    assert limits.paused_seconds(platform) == 0
    assert limits.take(platform, requests_per_minute=60, wanted=9) == 9
    assert len(asked) == 1
