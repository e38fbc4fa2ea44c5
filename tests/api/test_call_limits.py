"""How many calls a client may make: counted in Redis, and by each process while Redis is away."""

import socket
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from redis import Redis

from common import fleeting
from staff.models import ApiClient
from tests.calls import Api, a_flag_body, nothing_happens
from tests.cast import Cast, a_client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _redis_is_tried_anew() -> Iterator[None]:
    fleeting.Away.until = 0.0
    yield
    fleeting.Away.until = 0.0


@pytest.fixture
def slow(cast: Cast) -> Api:
    """A client that may make one call in a second, and two after a pause."""
    _, key = a_client("Slow")
    call_command("client", "change", "Slow", "--calls-per-second", "1")
    return Api(key)


def test_each_answer_tells_what_is_left(api: Api) -> None:
    for answer in (api.get("/policies"), api.post("/flags", {}), api.get("/statistics/nonsense")):
        assert answer.headers["RateLimit-Policy"] == '"calls";q=2000;w=2'
        assert answer.headers["RateLimit"].startswith('"calls";r=')


def test_beyond_the_limit_a_call_is_refused_until_later(slow: Api) -> None:
    body = a_flag_body()
    answers = [slow.get("/policies") for _ in range(2)]
    with nothing_happens():
        refused = [slow.post("/flags", body) for _ in range(3)][-1]
    assert [answer.status for answer in answers] == [200, 200]
    assert (refused.status, refused.problem, refused.headers["Retry-After"]) == (429, "too-many-calls", "1")
    assert refused.headers["RateLimit"].startswith('"calls";r=0;t=')


def test_one_clients_calls_are_not_anothers(slow: Api, api: Api) -> None:
    assert 429 in {slow.get("/policies").status for _ in range(5)}
    assert api.get("/policies").status == 200


def test_redis_away_each_process_counts_and_intake_goes_on(slow: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []
    nobody = Redis.from_url("redis://127.0.0.1:9/0", socket_connect_timeout=0.2)
    monkeypatch.setattr(fleeting, "redis", lambda: tries.append(1) or nobody)  # type: ignore[func-returns-value]
    assert slow.post("/flags", a_flag_body()).status == 201
    assert 429 in {slow.get("/policies").status for _ in range(5)}
    assert len(tries) == 1


def test_a_redis_that_hangs_is_asked_once(slow: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        tries: list[int] = []
        hanging = Redis(port=silent.getsockname()[1], socket_timeout=0.1, socket_connect_timeout=0.1)
        monkeypatch.setattr(fleeting, "redis", lambda: tries.append(1) or hanging)  # type: ignore[func-returns-value]
        assert slow.post("/flags", a_flag_body()).status == 201
        assert slow.get("/policies").status == 200
        assert len(tries) == 1


def test_a_limit_of_ones_own_is_given_back(slow: Api) -> None:
    call_command("client", "change", "Slow", "--calls-per-second", "0")
    assert ApiClient.objects.get(name="Slow").calls_per_second is None
    assert slow.get("/policies").headers["RateLimit-Policy"] == '"calls";q=2000;w=2'
