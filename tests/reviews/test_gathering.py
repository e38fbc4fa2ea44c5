"""Single flags that arrive together are stored together; each caller gets its own answer, after the commit."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection, connections, transaction

from accounts.models import Account
from common.errors import Invalid, NotAllowed
from reviews.models import Flag
from reviews.services import gathering, placing
from reviews.services.facts import FlagFacts
from reviews.services.intake import Submitted
from staff.actors import Actor
from tests.cast import Cast, a_cast, a_client, a_policy, an_account, flag_facts

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client() -> Actor:
    a_policy()
    return a_client()[0]


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as threads:
        yield threads


def send(client: Actor, flag: FlagFacts) -> Submitted:
    """From a thread of the pool: its connection ends with the flag."""
    try:
        return gathering.submit_one(client, flag)
    finally:
        connections.close_all()


def while_one_waits(
    pool: ThreadPoolExecutor, client: Actor, held: Account, flags: list[FlagFacts]
) -> list[Future[Submitted]]:
    """Hold the lock on an account until a flag on it is being carried and all of `flags` have come behind it."""
    on_held = flag_facts(held)
    with transaction.atomic():
        placing.lock_accounts([held.pk])
        first = pool.submit(send, client, on_held)
        until(lambda: client in gathering._gathering._busy and not waiting(client))
        rest = [pool.submit(send, client, flag) for flag in flags]
        until(lambda: waiting(client) == len(flags))
        assert not first.done()
    first.result(10)
    return rest


def waiting(client: Actor) -> int:
    return len(gathering._gathering._waiting.get(client, ()))


def until(condition: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < ends_at
        threading.Event().wait(0.005)


def test_flags_that_gather_are_stored_in_one_transaction(client: Actor, pool: ThreadPoolExecutor) -> None:
    flags = [flag_facts() for _ in range(5)]
    answers = [future.result(10) for future in while_one_waits(pool, client, an_account(), flags)]
    ids = [answer.flag.id for answer in answers if answer.flag]
    stored = Flag.objects.filter(pk__in=ids)
    assert len(set(ids)) == 5
    assert [row.account.external_id for row in sorted(stored, key=lambda row: ids.index(row.pk))] == [
        flag.account.external_id for flag in flags
    ]
    assert stored.values("received_at").distinct().count() == 1


def test_what_the_database_refuses_sinks_no_other(client: Actor, pool: ThreadPoolExecutor) -> None:
    flags = [flag_facts(), flag_facts(reason="no\0text"), flag_facts(policy="no_such"), flag_facts()]
    one, broken, refused, two = while_one_waits(pool, client, an_account(), flags)
    assert one.result(10).is_new
    assert two.result(10).is_new
    with pytest.raises(Exception, match="NUL"):
        broken.result(10)
    with pytest.raises(Invalid):
        refused.result(10)
    assert Flag.objects.count() == 3  # the one that was waited for, too


def test_the_same_flag_gathered_twice_is_one(client: Actor, pool: ThreadPoolExecutor) -> None:
    flag = flag_facts(client_reference="r-1", body_digest="a" * 64)
    answers = [future.result(10) for future in while_one_waits(pool, client, an_account(), [flag, flag, flag])]
    assert len({answer.flag for answer in answers}) == 1
    assert sorted(answer.is_new for answer in answers) == [False, False, True]


def test_senders_do_not_wait_for_one_another(client: Actor, pool: ThreadPoolExecutor) -> None:
    held, other, elsewhere = an_account(), a_client()[0], flag_facts()
    with transaction.atomic():
        placing.lock_accounts([held.pk])
        first = pool.submit(send, client, flag_facts(held))
        until(lambda: client in gathering._gathering._busy)
        assert pool.submit(send, other, elsewhere).result(10).is_new
        assert not first.done()
    assert first.result(10).is_new


def test_who_may_not_send_does_not_gather(client: Actor) -> None:
    cast: Cast = a_cast()
    with pytest.raises(NotAllowed):
        gathering.submit_one(cast.auditor, flag_facts())


def test_a_broken_connection_fails_the_group_and_stores_nothing_again(client: Actor, pool: ThreadPoolExecutor) -> None:
    first, second = an_account(), an_account()
    flags = [flag_facts(second), flag_facts()]
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                placing.lock_accounts([second.pk])
                held.set()
                release.wait(20)
        finally:
            connections.close_all()

    holder = pool.submit(hold)
    assert held.wait(10)
    futures = while_one_waits(pool, client, first, flags)
    try:
        until(break_the_connection_that_waits)
        for future in futures:
            with pytest.raises(OperationalError):
                future.result(10)
    finally:
        release.set()
    holder.result(10)
    assert Flag.objects.count() == 1


def break_the_connection_that_waits() -> bool:
    """Whether there was one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchall())
