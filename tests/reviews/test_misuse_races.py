"""Two supervisors at once: one suspension stands; and counting refusals loses none."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from common import clock
from common.errors import Conflict
from reviews.models import ProcessingSuspension, SourceDay
from reviews.services import misuse
from tests.cast import Cast, a_cast, a_flag

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 6


def at_once(gesture: Callable[[], object]) -> list[object]:
    """What `gesture` returns or is refused with, done on several connections at the same moment."""
    start = Barrier(AT_ONCE)

    def run(_number: int) -> object:
        try:
            start.wait(10)
            return gesture()
        except Conflict as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def test_one_of_many_suspensions_stands() -> None:
    cast: Cast = a_cast()
    source = a_flag(cast.client).source
    misuse.warn(cast.supervisor, source_id=source.pk, text="Too often wrong.")
    ends_at = clock.now() + timedelta(days=7)
    answers = at_once(lambda: misuse.suspend(cast.supervisor, source_id=source.pk, reason="So.", ends_at=ends_at))
    assert answers.count("already-suspended") == AT_ONCE - 1
    assert ProcessingSuspension.objects.count() == 1


def test_no_refusal_is_lost_from_the_count() -> None:
    source = a_flag(a_cast().client).source
    day = clock.now().date()
    at_once(lambda: [misuse.count_refused({source.pk: 1}, day=day) for _ in range(20)])
    assert SourceDay.objects.get().refused == AT_ONCE * 20
