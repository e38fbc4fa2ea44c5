"""The same flag sent twice at once, over connections of their own."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from common import bulk
from reviews.models import Case, Flag
from tests.calls import Answer, Api, a_flag_body
from tests.cast import a_cast


@pytest.fixture
def key(transactional_db: None) -> str:
    return a_cast().key


def at_once(key: str, bodies: Sequence[object], path: str = "/flags") -> list[Answer]:
    """The answers to `bodies`, sent at the same moment."""
    start = Barrier(len(bodies))

    def send(body: object) -> Answer:
        start.wait()
        try:
            return Api(key).post(path, body)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(send, bodies))


def test_the_same_reference_at_once_is_one_flag(key: str) -> None:
    body = a_flag_body(client_reference="r-1")
    answers = at_once(key, [body] * 4)
    assert sorted(answer.status for answer in answers) == [200, 200, 200, 201]
    assert len({answer.body["id"] for answer in answers}) == Flag.objects.count() == 1


def test_flags_on_one_account_at_once_share_its_case(key: str) -> None:
    a_flag_body()
    answers = at_once(key, [a_flag_body(reason=f"For reason {number}.") for number in range(4)])
    assert [answer.status for answer in answers] == [201] * 4
    assert (Flag.objects.count(), Case.objects.get().evidence_version) == (4, 4)


def test_the_same_references_at_once_in_another_order_are_each_stored_once(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each call has inserted one of the two references when it comes to the other."""
    Api(key).post("/flags", a_flag_body("ira:0"))
    both_have_one, insert = Barrier(2), bulk.insert_rows
    tries: list[str] = []

    def one_by_one(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        if table != "reviews_flag":
            insert(table, columns, rows)
            return
        tries.append("")
        insert(table, columns, rows[:1])
        if len(tries) <= 2:
            both_have_one.wait(20)
        insert(table, columns, rows[1:])

    monkeypatch.setattr(bulk, "insert_rows", one_by_one)
    calls = [
        [a_flag_body("ira:1", client_reference="r-1"), a_flag_body("ira:2", client_reference="r-2")],
        [a_flag_body("ira:3", client_reference="r-2"), a_flag_body("ira:4", client_reference="r-1")],
    ]
    answers = at_once(key, calls, "/flags/bulk")
    assert [answer.status for answer in answers] == [200, 200]
    assert sorted(answer.body["accepted"] for answer in answers) == [0, 2]
    codes = {result["error"]["code"] for answer in answers for result in answer.body["results"] if "error" in result}
    assert (codes, Flag.objects.count()) == ({"reference-reused"}, 3)


def test_flags_at_once_on_a_known_account_open_one_case(key: str) -> None:
    """The account stands already, just as the flags tell of it, so that nobody waits for its insert or its change: only
    the lock on its row keeps order."""
    for known in range(5):
        body = a_flag_body(f"ira:{known}")
        assert Api(key).put(f"/accounts/simulator/ira:{known}", body["account"]).status == 201
        answers = at_once(key, [body] * 6, "/flags/bulk")
        assert [(answer.status, answer.body["accepted"]) for answer in answers] == [(200, 1)] * 6
    assert list(Case.objects.values_list("evidence_version", flat=True)) == [6] * 5
