"""The same flag sent twice at once, over connections of their own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from reviews.models import Case, Flag
from tests.calls import Answer, Api, a_flag_body
from tests.cast import a_cast


@pytest.fixture
def key(transactional_db: None) -> str:
    return a_cast().key


def at_once(key: str, bodies: list[object]) -> list[Answer]:
    """The answers to `bodies`, sent at the same moment."""
    start = Barrier(len(bodies))

    def send(body: object) -> Answer:
        start.wait()
        try:
            return Api(key).post("/flags", body)
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
