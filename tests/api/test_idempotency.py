"""Calls that carry an Idempotency-Key: done once, however often and however concurrently they are sent."""

import gzip
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import psycopg
import pytest
from django.db import connection, connections

from common import clock
from common.errors import Unavailable
from reviews.models import Case, Claim, Flag
from reviews.services import intake
from staff.models import StoredAnswer
from staff.services import answers
from tests.calls import Answer, Api, a_flag_body, account_path, nothing_happens
from tests.cast import Cast, a_cast, a_client

one_transaction = pytest.mark.django_db


def keyed(api: Api, path: str, body: Any, key: str = "k-1", **how: Any) -> Answer:
    return api.post(path, body, headers={"Idempotency-Key": key} | how)


def is_replayed(answer: Answer) -> bool:
    return answer.headers.get("Idempotency-Replayed") == "true"


@one_transaction
@pytest.mark.parametrize("size", [1, 400])
def test_a_repeated_call_is_answered_with_the_first_answer(api: Api, size: int) -> None:
    body = [a_flag_body(f"ira:{n}") for n in range(size)]
    first = keyed(api, "/flags/bulk", body)
    with nothing_happens():
        again = keyed(api, "/flags/bulk", body)
    assert (first.status, Flag.objects.count(), is_replayed(first)) == (200, size, False)
    assert (again.status, again.body, is_replayed(again)) == (200, first.body, True)


@one_transaction
def test_each_kind_of_write_is_done_once(api: Api) -> None:
    first, again = (keyed(api, "/flags", a_flag_body()) for _ in range(2))
    assert (first.status, again.status, again.body) == (201, 201, first.body)
    claims = [keyed(api, "/queue/next", {"staff": "moderator"}, "k-2") for _ in range(2)]
    assert claims[0].body == claims[1].body
    assert Claim.objects.count() == 1
    path = account_path("ira:9")
    written = [api.put(path, {"handle": "x"}, headers={"Idempotency-Key": "k-3"}) for _ in range(2)]
    assert [answer.status for answer in written] == [201, 201]


@one_transaction
def test_an_empty_answer_is_repeated_too(api: Api) -> None:
    first = keyed(api, "/queue/next", {"staff": "moderator"})
    api.post("/flags", a_flag_body())
    again = keyed(api, "/queue/next", {"staff": "moderator"})
    assert (first.status, again.status, again.body) == (204, 204, None)


@one_transaction
def test_a_body_packed_anew_is_the_same_body(api: Api) -> None:
    body = json.dumps(a_flag_body()).encode()
    first = keyed(api, "/flags", body)
    again = keyed(api, "/flags", gzip.compress(body), **{"Content-Encoding": "gzip"})
    assert (again.body, is_replayed(again)) == (first.body, True)


@one_transaction
def test_the_same_key_for_another_call_is_refused(api: Api) -> None:
    body = a_flag_body()
    keyed(api, "/flags", body)
    with nothing_happens():
        refused = [
            keyed(api, "/flags", body | {"reason": "Other."}),
            keyed(api, "/flags?x=1", body),
            keyed(api, "/flags/bulk", body),
        ]
    assert {(answer.status, answer.problem) for answer in refused} == {(422, "idempotency-key-reused")}
    assert refused[0].fields == {"Idempotency-Key"}


@one_transaction
def test_another_clients_key_is_another_key(api: Api, cast: Cast) -> None:
    other, body = Api(a_client()[1]), a_flag_body()
    first, second = keyed(api, "/flags", body), keyed(other, "/flags", body)
    assert first.body["id"] != second.body["id"]
    assert Flag.objects.count() == 2


@one_transaction
def test_refusals_of_what_was_sent_are_repeated(api: Api) -> None:
    body = a_flag_body(policy="no_such")
    first = keyed(api, "/flags", body)
    again = keyed(api, "/flags", body)
    assert (again.status, again.body, again.problem, is_replayed(again)) == (422, first.body, "invalid", True)


@one_transaction
def test_refusals_of_who_sent_it_are_not(api: Api) -> None:
    refused = keyed(api, "/queue/next", {"staff": "outsider"})
    assert (refused.status, StoredAnswer.objects.count()) == (403, 0)


@one_transaction
def test_what_failed_on_our_side_is_done_anew(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    body = a_flag_body()
    for failure in (Unavailable("Away."), RuntimeError("broken")):
        with monkeypatch.context() as patch, nothing_happens():
            patch.setattr(intake, "_record", raising(failure))
            failed = keyed(api, "/flags", body)
        assert failed.status >= 500
    assert keyed(api, "/flags", body).status == 201


def raising(failure: Exception) -> Any:
    def fail(*_: Any) -> None:
        raise failure

    return fail


@one_transaction
@pytest.mark.parametrize("key", ["", "k" * 256, "two words", "\u00e9", "tab\tbed"])
def test_what_is_no_key_is_refused_by_the_headers_name(api: Api, key: str) -> None:
    body = a_flag_body()
    with nothing_happens():
        answer = keyed(api, "/flags", body, key)
    assert (answer.status, answer.problem, answer.fields) == (422, "bad-idempotency-key", {"Idempotency-Key"})


@one_transaction
def test_after_two_days_a_key_is_new_and_its_answer_is_purged(api: Api) -> None:
    body = a_flag_body()
    keyed(api, "/flags", body)
    with clock.moved(hours=47):
        assert (answers.purge(), is_replayed(keyed(api, "/flags", body))) == (0, True)
    with clock.moved(hours=49):
        assert keyed(api, "/flags", body | {"reason": "Other."}).status == 201
        assert (answers.purge(), StoredAnswer.objects.count()) == (0, 1)
    with clock.moved(hours=98):
        assert (answers.purge(), StoredAnswer.objects.count()) == (1, 0)


# ── at once, over connections of their own ───────────────────────────────────────────────────────────────
@pytest.fixture
def key(transactional_db: None) -> str:
    return a_cast().key


def until_answered(api: Api, body: Any, key: str) -> Answer:
    """Sent again for as long as the first is on its way."""
    while (answer := keyed(api, "/flags", body, key)).status == 409:
        assert (answer.problem, answer.headers["Retry-After"]) == ("idempotency-key-in-flight", "1")
    return answer


def test_a_storm_of_retries_makes_each_flag_once(key: str) -> None:
    bodies = {f"key-{number}": a_flag_body(f"ira:{number}") for number in range(5)}
    start = Barrier(50)

    def storm(_: int) -> dict[str, Answer]:
        start.wait()
        try:
            return {name: until_answered(Api(key), body, name) for name, body in bodies.items()}
        finally:
            connections.close_all()

    with ThreadPoolExecutor(50) as pool:
        found = list(pool.map(storm, range(50)))
    assert Flag.objects.count() == Case.objects.count() == len(bodies)
    for name in bodies:
        assert {each[name].status for each in found} == {201}
        assert len({each[name].body["id"] for each in found}) == 1
        assert sum(not is_replayed(each[name]) for each in found) == 1


@pytest.fixture
def held_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Event, Event]]:
    """A flag's log entry waits: (it has come so far, it may go on)."""
    came, go_on, record = Event(), Event(), intake._record

    def wait(*given: Any) -> None:
        came.set()
        assert go_on.wait(20)
        record(*given)

    monkeypatch.setattr(intake, "_record", wait)
    yield came, go_on
    go_on.set()


def in_the_background(pool: ThreadPoolExecutor, key: str, body: Any) -> Any:
    def send() -> Answer:
        try:
            return keyed(Api(key), "/flags", body)
        finally:
            connections.close_all()

    return pool.submit(send)


def test_a_key_in_flight_is_a_conflict(key: str, held_up: tuple[Event, Event]) -> None:
    came, go_on = held_up
    body = a_flag_body()
    with ThreadPoolExecutor(1) as pool:
        first = in_the_background(pool, key, body)
        assert came.wait(20)
        meanwhile = keyed(Api(key), "/flags", body)
        go_on.set()
        assert first.result().status == 201
    assert (meanwhile.status, meanwhile.problem) == (409, "idempotency-key-in-flight")
    assert is_replayed(keyed(Api(key), "/flags", body))


def test_a_call_killed_in_the_middle_leaves_nothing_and_is_done_anew(key: str, held_up: tuple[Event, Event]) -> None:
    came, go_on = held_up
    body = a_flag_body()
    with ThreadPoolExecutor(1) as pool:
        first = in_the_background(pool, key, body)
        assert came.wait(20)
        end_the_others()
        go_on.set()
        assert (first.result().status, first.result().headers["Retry-After"]) == (503, "2")
    assert (Flag.objects.count(), StoredAnswer.objects.count()) == (0, 0)
    again = until_answered(Api(key), body, "k-1")
    assert (again.status, is_replayed(again), Flag.objects.count()) == (201, False, 1)


def end_the_others() -> None:
    """End every other connection to this database, as a killed process would."""
    database = connection.settings_dict
    with (
        psycopg.connect(
            dbname=database["NAME"],
            user=database["USER"],
            host=database["HOST"],
            port=database["PORT"],
            password=database["PASSWORD"] or None,
        ) as direct,
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT pg_backend_pid()")
        [mine] = cursor.fetchone()
        direct.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid NOT IN (pg_backend_pid(), %s)",
            [mine],
        )
