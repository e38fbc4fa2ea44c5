"""Workers are killed with -9 while they send, and Redis is emptied: every source hears of everything all the same."""

import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from common import clock
from reviews.choices import UNDELIVERED
from reviews.models import WebhookAttempt, WebhookDelivery
from reviews.services import intake
from tests.cast import a_client, flag_facts
from tests.faults.running import Running, eventually, running
from tests.receivers import Received, Receiver, Reply, a_receiver
from tests.reviews.told import an_endpoint, loopback_allowed, verified

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults")]
FLAGS = 120


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Takes its time, so that somebody is always being told."""

    def answer(request: Received) -> Reply:
        time.sleep(0.05)
        return Reply()

    with loopback_allowed(), a_receiver() as made:
        made.answer = answer
        yield made


@pytest.fixture
def processes(transactional_db: None, tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path, outbound_networks="127.0.0.0/8", outbound_http="true") as started:
        yield started


def test_everything_arrives_whatever_is_killed(processes: Running, receiver: Receiver) -> None:
    client = a_client()[0]
    told = an_endpoint(client, receiver)
    intake.submit(client, [flag_facts() for _ in range(FLAGS)])
    for share in (0.2, 0.4, 0.6):
        eventually(lambda: len(receiver.received) > share * FLAGS, seconds=60, what="The first messages")  # noqa: B023
        processes.kill_worker()
        processes.empty_redis()
        _leases_run_out()
    ended = WebhookDelivery.objects.filter(state="delivered")
    eventually(lambda: ended.count() == FLAGS, seconds=90, what="Every message")

    heard: defaultdict[str, set[bytes]] = defaultdict(set)
    for request in receiver.received:
        verified(request, told.secret)
        heard[request.headers["webhook-id"]].add(request.body)
    assert heard == {row.message_id: {row.body.encode()} for row in told.deliveries}
    assert WebhookAttempt.objects.filter(finished_at=None).exists()  # so somebody did die while sending


def _leases_run_out() -> None:
    """What the dead worker held is due, as it would be after half a minute."""
    held = WebhookDelivery.objects.filter(state__in=UNDELIVERED, lease__isnull=False)
    assert held.update(next_attempt_at=clock.now()) > 0
