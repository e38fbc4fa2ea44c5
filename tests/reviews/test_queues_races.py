"""Queues on many connections: whoever starts at the same moment gets a case of their own, and the counts stay right."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import connection

from common import clock
from reviews.models import Case, Decision, Lane, Queue
from reviews.selectors import tallies
from reviews.selectors.lanes import Reader
from reviews.services import claims, decisions, intake, tallying
from staff.actors import Actor
from tests.cast import a_client, a_person, a_policy, a_verdict, an_account, flag_facts
from tests.reviews import naive_queues

pytestmark = pytest.mark.django_db(transaction=True)
TOGETHER = 16
LANGUAGES = ["en", "ru", "de", "ar"]


def at_once(work: list[Callable[[], Any]]) -> list[Any]:
    """Each in a thread with a connection of its own, all started together."""
    start = Barrier(len(work))

    def run(gesture: Callable[[], Any]) -> Any:
        try:
            start.wait(20)
            return gesture()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(run, work))


def an_intake(number: int) -> Callable[[], None]:
    """Flags of a client of its own, on accounts of its own, in all languages, in an order of its own: each opens lanes
    that the others open, too, and some join cases, which moves them to another lane."""
    client = a_client()[0]
    accounts = [an_account(f"a:{number}:{n}", language=LANGUAGES[n % 4], followers=n * 400) for n in range(8)]
    Random(number).shuffle(accounts)
    first = [flag_facts(account) for account in accounts]
    again = [flag_facts(account, policy="grave") for account in accounts[:4]]

    def send() -> None:
        for flags in (first, again):
            answers = intake.submit(client, flags)
            assert all(answer.flag for answer in answers)

    return send


def counted(queue: Queue) -> tallies.Tally:
    return tallies.tallies(Reader((), (), None, ""), at=clock.now())[queue.pk]


def test_lanes_that_many_make_at_once_are_made_once() -> None:
    a_policy("grave", severity=4)
    queue = Queue.objects.create(slug="everything", title="Everything")
    at_once([an_intake(number) for number in range(6)])
    assert Case.objects.count() == 48
    facts = Lane.objects.values_list("platform", "policy", "language", "source_kinds", "follower_band")
    assert len({str(row) for row in facts}) == Lane.objects.count()
    assert counted(queue).waiting == 48


def test_many_who_claim_and_decide_get_a_case_each_while_sweeps_run() -> None:
    queue = Queue.objects.create(slug="everything", title="Everything")
    accounts = [an_account(f"a:{n}", language=LANGUAGES[n % 4], followers=n * 50) for n in range(6 * TOGETHER)]
    intake.submit(a_client()[0], [flag_facts(account) for account in accounts])
    people = [a_person(f"person{n}", languages=LANGUAGES[: 1 + n % 4]) for n in range(TOGETHER)]
    over = Event()

    def work(person: Actor) -> list[object]:
        done: list[object] = []
        while claim := claims.claim_next(person, queue=queue.slug):
            done.append(claim.case_id)
            decisions.decide_one(person, a_verdict(claim, "keep"))
        return done

    def sweep() -> list[object]:
        while not over.wait(0.05):
            tallying.add_up()
        return []

    def all_work() -> list[object]:
        try:
            return [
                case_id
                for done in at_once([lambda person=person: work(person) for person in people])
                for case_id in done
            ]  # type: ignore[misc]
        finally:
            over.set()

    served, _ = at_once([all_work, sweep])
    assert sorted(served) == sorted(Case.objects.values_list("pk", flat=True))
    assert Decision.objects.count() == len(accounts)
    at = clock.now()
    assert tallies.tallies(Reader((), (), None, ""), at=at)[queue.pk] == naive_queues.count(queue, at)
