"""Claims: the next case taken through the API out of a backlog of `size`, and what the first page counts.

Ours is a call of `POST /queue/next` in this process; raw is the same lock, lease and entry in one statement. The
backlog is written by the raw SQL of `intake`: it is not what is measured here.
"""

import secrets
import time

from django.db import connection
from django.test import Client

from common import clock
from reviews.models import Queue
from reviews.selectors import queues
from staff.actors import Actor
from tests.benchmarks.intake import Sender
from tests.benchmarks.measuring import Row, check_equal, left_by, p99_ms, raw, seconds
from tests.cast import a_client, a_person

CLAIMS = 500
COUNTS = 20
PER_STATEMENT = 100_000


def measure(size: int) -> list[Row]:
    """The figures of `claim` with `size` cases waiting."""
    person = a_person("claimer", languages=[])
    _fill(max(size, 2 * CLAIMS))
    Queue.objects.create(slug="everything", title="Everything")
    api = _Taker()
    api.take()  # the connection and the plans exist
    samples: list[float] = []
    took, ours = left_by(lambda: samples.extend(api.take() for _ in range(CLAIMS)))
    raw_took, theirs = left_by(lambda: [raw("claim", holder=person.person().pk) for _ in range(CLAIMS)])
    check_equal(ours, theirs)
    return [
        Row("claims_per_second", "claims/s", CLAIMS / took, CLAIMS / raw_took),
        Row("claim_next_p99_ms", "ms", p99_ms(samples)),
        Row("queue_counts_ms", "ms", _counting(person), 1000 * seconds(_raw_counting) / COUNTS),
    ]


class _Taker:
    """An API client that takes cases for a person."""

    def __init__(self) -> None:
        _, key = a_client("Taker", scopes=["cases:write"], acts_for=["claimer"])
        self._client = Client(SERVER_NAME="127.0.0.1", headers={"Authorization": f"Bearer {key}"})

    def take(self) -> float:
        """The next case is claimed. Returns the seconds."""
        started = time.perf_counter()
        answer = self._client.post("/api/v1/queue/next", b'{"staff": "claimer"}', content_type="application/json")
        assert answer.status_code == 200, answer.content[:500]
        return time.perf_counter() - started


def _fill(count: int) -> None:
    sender, tag = Sender(), secrets.token_hex(4)
    sender.single(tag, count)  # the source exists
    for first in range(0, count, PER_STATEMENT):
        sender.raw(tag, first, min(PER_STATEMENT, count - first))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _counting(person: Actor) -> float:
    """Milliseconds for the counts of the first page."""
    return 1000 * seconds(lambda: [queues.counts_for(person, at=clock.now()) for _ in range(COUNTS)]) / COUNTS


def _raw_counting() -> None:
    for _ in range(COUNTS):
        raw("queue_counts")
