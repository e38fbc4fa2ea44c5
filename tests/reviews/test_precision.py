"""A source's precision: counted within the window, and carried on into the ranks of its open cases."""

from uuid import UUID

import psycopg
import pytest
from django.db import connection

from audit.models import Entry
from common import clock
from reviews.models import Case, Source
from reviews.rules import precision as rule
from reviews.services import precision, undoing
from tests.cast import Cast, a_client, a_decision, a_flag

pytestmark = pytest.mark.django_db


def source_of(flagger) -> Source:
    return Source.objects.get(client=flagger.client)


def decided(cast: Cast, flagger, outcome: str, many: int = 1) -> None:
    for _ in range(many):
        a_decision(cast.moderator, outcome, case=a_flag(flagger).case)


def order_of(case_id: UUID) -> float:
    return Case.objects.get(pk=case_id).serving_order


def test_agreed_and_disagreed_flags_are_counted(cast: Cast) -> None:
    flagger = a_client()[0]
    decided(cast, flagger, "suspend", 2)
    decided(cast, flagger, "keep")
    assert precision.refresh(cast.system) == 1
    assert (source_of(flagger).agreed, source_of(flagger).disagreed) == (2, 1)


def test_a_second_refresh_changes_nothing(cast: Cast) -> None:
    decided(cast, a_client()[0], "suspend")
    precision.refresh(cast.system)
    before = Entry.objects.count()
    assert (precision.refresh(cast.system), Entry.objects.count()) == (0, before)


def test_an_undone_decision_counts_no_more(cast: Cast) -> None:
    flagger = a_client()[0]
    decision = a_decision(cast.moderator, case=a_flag(flagger).case)
    precision.refresh(cast.system)
    undoing.undo(cast.moderator, decision_id=decision.pk)
    assert precision.refresh(cast.system) == 1
    assert source_of(flagger).agreed == 0


def test_decisions_leave_the_window(cast: Cast, frozen_clock) -> None:
    flagger = a_client()[0]
    decided(cast, flagger, "suspend")
    with clock.moved(days=rule.WINDOW_DAYS):
        precision.refresh(cast.system)
        assert source_of(flagger).agreed == 1
    with clock.moved(days=rule.WINDOW_DAYS, seconds=1):
        precision.refresh(cast.system)
        assert source_of(flagger).agreed == 0


def test_open_cases_rise_with_their_source(cast: Cast) -> None:
    flagger = a_client()[0]
    waiting = a_flag(flagger).case_id
    before = order_of(waiting)
    decided(cast, flagger, "suspend", 8)
    precision.refresh(cast.system)
    assert order_of(waiting) == pytest.approx(before + 8 * (10 / 12 - 0.5), abs=0.06)


def test_small_steps_add_up(cast: Cast) -> None:
    """18/20 to 18/21 is too small a step to rewrite ranks; the next, to 18/22, is not, seen from where they stood."""
    flagger = a_client()[0]
    waiting = a_flag(flagger).case_id
    decided(cast, flagger, "suspend", 16)
    precision.refresh(cast.system)
    before = order_of(waiting)
    decided(cast, flagger, "keep")
    precision.refresh(cast.system)
    assert order_of(waiting) == before
    decided(cast, flagger, "keep")
    precision.refresh(cast.system)
    assert order_of(waiting) < before
    assert source_of(flagger).ranked_precision == pytest.approx(18 / 22)


def test_more_cases_than_one_transaction_takes_are_all_ranked(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "CASES_AT_ONCE", 2)
    flagger = a_client()[0]
    waiting = [a_flag(flagger).case_id for _ in range(5)]
    before = [order_of(pk) for pk in waiting]
    Source.objects.filter(client=flagger.client).update(agreed=100, stale_since=clock.now())
    assert precision.rank_stale_sources() == 5
    assert all(order_of(pk) > old for pk, old in zip(waiting, before, strict=True))
    assert source_of(flagger).stale_since is None


def test_while_one_worker_ranks_another_leaves_it_the_work(cast: Cast) -> None:
    flagger = a_client()[0]
    a_flag(flagger)
    Source.objects.filter(client=flagger.client).update(stale_since=clock.now())
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_advisory_lock(hashtext('stale sources'))")
        assert precision.rank_stale_sources() == 0
        assert source_of(flagger).stale_since is not None
        other.execute("SELECT pg_advisory_unlock(hashtext('stale sources'))")
    assert precision.rank_stale_sources() == 1
