"""Workers that reach for the same at once, over connections of their own."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connections

from common import clock
from common.ids import new_id
from reviews.models import WebhookAttempt, WebhookWatch
from reviews.services import decisions, intake
from reviews.services.webhooks import leasing, noting
from takedowns.models import Enforcement
from tests.cast import Cast, a_cast, a_decision, a_flag, flag_facts
from tests.receivers import a_receiver
from tests.reviews.told import Told, an_endpoint, deliver, loopback_allowed

Result = TypeVar("Result")
WORKERS = 4


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return a_cast()


@pytest.fixture
def told(cast: Cast) -> Iterator[Told]:
    with loopback_allowed(), a_receiver() as receiver:
        yield an_endpoint(cast.client, receiver)


def at_once(do: Callable[[], Result]) -> list[Result]:
    """What `do` returns to each of some workers that start at the same moment."""
    start = Barrier(WORKERS)

    def work() -> Result:
        start.wait()
        try:
            return do()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        return [future.result() for future in [pool.submit(work) for _ in range(WORKERS)]]


def test_no_two_workers_hold_the_same_delivery(cast: Cast, told: Told) -> None:
    intake.submit(cast.client, [flag_facts() for _ in range(30)])
    taken = [row.id for rows in at_once(lambda: leasing.lease(new_id(), limit=8)) for row in rows]
    assert len(taken) == len(set(taken)) == WebhookAttempt.objects.count() > 0


def test_runs_at_once_send_each_message_once(cast: Cast, told: Told) -> None:
    intake.submit(cast.client, [flag_facts() for _ in range(30)])
    assert sum(at_once(deliver)) == 30
    ids = [request.headers["webhook-id"] for request in told.receiver.received]
    assert len(ids) == len(set(ids)) == 30


def test_sweeps_at_once_tell_an_enforcement_once(cast: Cast, told: Told) -> None:
    a_decision(cast.moderator, case=a_flag(cast.client).case)
    with clock.moved(seconds=31):
        decisions.make_effective()
    Enforcement.objects.update(state="sending", lease=new_id(), leased_until=clock.now())
    Enforcement.objects.update(state="applied", applied_at=clock.now(), lease=None)
    WebhookWatch.objects.update(look_at=clock.now())
    assert sum(at_once(noting.enforcements_applied)) == 1
    assert [row.event for row in told.deliveries].count("enforcement.applied") == 1
