"""Floods, found by the sweep: what they do to ranks, and what they leave alone."""

from datetime import datetime, timedelta

import pytest

from audit.models import Entry
from common import clock
from reviews.choices import CaseState
from reviews.models import Case, Flag, Flood, Source
from reviews.rules import flood
from reviews.services import flooding, intake, precision
from reviews.services.facts import LegalBasis
from staff.actors import Actor
from tests.cast import Cast, a_client, a_decision, a_flag, a_policy, an_account, flag_facts
from tests.conftest import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_low_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five flags an hour, so that a test needn't send hundreds."""
    monkeypatch.setattr(flood, "FLOOR", 5)
    monkeypatch.setattr(Source._meta.get_field("hourly_bound"), "default", 5)


def sent(flagger: Actor, many: int, **facts: object) -> list[Case]:
    """The cases of so many flags on as many new accounts."""
    answers = intake.submit(flagger, [flag_facts(**facts) for _ in range(many)])
    return [Case.objects.get(pk=answer.flag.case_id) for answer in answers if answer.flag]


def orders(cases: list[Case]) -> list[float]:
    found = dict(Case.objects.filter(pk__in=[case.pk for case in cases]).values_list("pk", "serving_order"))
    return [found[case.pk] for case in cases]


def test_a_source_within_its_bound_floods_nothing(cast: Cast) -> None:
    cases = sent(a_client()[0], 5)
    before = orders(cases)
    assert flooding.watch(cast.system) == 0
    assert orders(cases) == before


def test_a_flood_is_stored_whole_and_ranked_behind_the_others(cast: Cast, frozen_clock: datetime) -> None:
    flagger = a_client()[0]
    others = [a_flag().case for _ in range(3)]
    first = sent(flagger, 5)
    with clock.moved(minutes=1):
        flooded = sent(flagger, 20)
        assert flooding.watch(cast.system) == 1
    assert Flag.objects.filter(client=flagger.client).count() == 25
    assert set(orders(first)) == set(orders(others))
    assert max(orders(flooded)) < min(orders(others)) - 9
    assert Entry.objects.latest("id").action == "source.flood_began"


def test_while_it_lasts_new_cases_open_behind_the_others(cast: Cast, frozen_clock: datetime) -> None:
    flagger, other = a_client()[0], a_flag().case
    sent(flagger, 6)
    flooding.watch(cast.system)
    (late,) = sent(flagger, 1)
    assert orders([late])[0] < orders([other])[0]


def test_a_second_source_lifts_a_flooded_case_to_its_full_rank(cast: Cast, frozen_clock: datetime) -> None:
    flagger = a_client()[0]
    flooded = sent(flagger, 10)
    flooding.watch(cast.system)
    a_flag(None, flooded[0].account)
    two = a_flag(None, a_flag().account).case
    assert orders([flooded[0]]) == orders([two])
    assert orders([flooded[1]])[0] < orders([two])[0]


def test_what_was_part_of_a_flood_stays_so_after_it_ended(cast: Cast, frozen_clock: datetime) -> None:
    flagger = a_client()[0]
    flooded = sent(flagger, 10)
    flooding.watch(cast.system)
    behind = orders(flooded)
    with clock.moved(minutes=61):
        assert flooding.watch(cast.system) == 1
        assert Entry.objects.latest("id").action == "source.flood_ended"
        (after,) = sent(flagger, 1)
        precision.rank_stale_sources()
    assert orders(flooded) == behind
    assert after.rank_parts["severity_weight"] == 1
    assert Flood.objects.get().ended_at == NOON + timedelta(minutes=61)


def test_the_sweep_finds_nothing_twice(cast: Cast) -> None:
    sent(a_client()[0], 10)
    assert [flooding.watch(cast.system) for _ in range(3)] == [1, 0, 0]


def test_a_legal_order_keeps_its_place_in_a_flood(cast: Cast, frozen_clock: datetime) -> None:
    flagger = a_client()[0]
    deadline = clock.now() + timedelta(hours=1)
    order = LegalBasis(order_id="1", authority="An authority", deadline=deadline)
    flooded = sent(flagger, 10, legal_basis=order)
    before = orders(flooded)
    flooding.watch(cast.system)
    assert orders(flooded) == before
    assert min(before) > 1e9


def test_the_bound_follows_the_sources_own_norm_without_its_floods(cast: Cast, frozen_clock: datetime) -> None:
    busy, flooder = a_client()[0], a_client()[0]
    sent(busy, 5)
    sent(flooder, 30)
    flooding.watch(cast.system)
    for _ in range(13):
        with clock.moved(hours=2):
            sent(busy, 5)
    with clock.moved(days=1):
        flooding.watch(cast.system)
        bounds = {
            source.client_id: source.hourly_bound
            for source in Source.objects.filter(client__in=[busy.client, flooder.client])
        }
    assert bounds[busy.client.pk] == 59  # ten times 70 flags in the 12 hours up to midnight
    assert bounds[flooder.client.pk] == 5


def test_the_sources_page_tells_its_floods(signed_in, cast: Cast, frozen_clock: datetime) -> None:
    flagger = a_client()[0]
    sent(flagger, 10)
    flooding.watch(cast.system)
    source = Source.objects.get(client=flagger.client)
    page = " ".join(signed_in(cast.supervisor).get(f"/sources/{source.pk}/").content.decode().split())
    assert "Floods since 2 Mar, 12:00" in page
    assert "up to 5 flags; more is a flood" in page


def test_the_case_page_says_so(signed_in, cast: Cast, frozen_clock: datetime) -> None:
    flooded = sent(a_client()[0], 10)
    flooding.watch(cast.system)
    page = signed_in(cast.moderator).get(f"/cases/{flooded[0].pk}/")
    assert "only a source that floods us says so" in page.content.decode()


# ── the wave ─────────────────────────────────────────────────────────────────────────────────────────────
def test_after_a_keep_fifty_flags_of_one_source_do_not_bring_the_account_back(cast: Cast) -> None:
    account = an_account()
    kept = a_decision(cast.moderator, "keep", case=a_flag(None, account).case).case
    intake.submit(a_client()[0], [flag_facts(account) for _ in range(50)])
    kept.refresh_from_db()
    assert kept.state == CaseState.DECIDED


def test_after_a_keep_five_precise_sources_do(cast: Cast) -> None:
    account = an_account()
    kept = a_decision(cast.moderator, "keep", case=a_flag(None, account).case).case
    sources = [a_client()[0] for _ in range(5)]
    for flagger in sources:
        a_decision(cast.moderator, case=a_flag(flagger).case)
    precision.refresh(cast.system)
    for flagger in sources:
        a_flag(flagger, account)
    kept.refresh_from_db()
    assert kept.state == CaseState.WAITING


def test_a_policy_stays_the_gravest_claimed(cast: Cast) -> None:
    """The queue that a case stands in follows from what is claimed, flood or not."""
    grave = a_policy("incitement", severity=4)
    flooded = sent(a_client()[0], 10, policy=grave.code)
    flooding.watch(cast.system)
    assert {case.policy for case in Case.objects.filter(pk__in=[case.pk for case in flooded])} == {grave}
