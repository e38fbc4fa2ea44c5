"""How much a person opened is counted by severity and day; a bound ends what is served, and not what is taken."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import Account
from common import clock
from reviews.models import Case, Exposure
from reviews.rules import humane as humane_rules
from reviews.rules.humane import Bound, HumaneRule
from reviews.selectors import humane
from reviews.services import ahead, batches, claims, decisions, lighter, rules, running, undoing, viewing
from reviews.services.batches import Plan
from reviews.services.facts import LegalBasis
from staff.actors import Actor
from staff.services import preferences
from tests.cast import Cast, a_case, a_flag, a_policy, a_verdict, an_account

pytestmark = pytest.mark.django_db


def a_case_of(severity: int, account: Account | None = None, **facts) -> Case:
    return a_case(account, policy=a_policy(f"severity-{severity}", severity=severity).code, **facts)


def opened(actor: Actor) -> dict[tuple[date, int], int]:
    rows = Exposure.objects.filter(person=actor.person())
    return {(row.day, row.severity): row.cases for row in rows}


def bound(cast: Cast, **most: int | None) -> None:
    """`bound(cast, s4=1)`: one case of severity 4 a day."""
    bounds = tuple(most.get(f"s{severity}") for severity in (1, 2, 3, 4))
    rules.set_humane(cast.supervisor, HumaneRule(bounds=bounds))


TODAY = date(2026, 3, 2)


# ── what counts ──────────────────────────────────────────────────────────────────────────────────────────
def test_each_case_that_is_opened_counts_by_its_severity(cast: Cast, frozen_clock):
    for severity in (4, 4, 1):
        a_case_of(severity)
    for _ in range(3):
        claims.claim_next(cast.moderator)
    assert opened(cast.moderator) == {(TODAY, 4): 2, (TODAY, 1): 1}
    assert opened(cast.second_moderator) == {}


def test_a_skipped_case_was_seen(cast: Cast, frozen_clock):
    a_case_of(3)
    claim = claims.claim_next(cast.moderator)
    claims.skip(cast.moderator, case_id=claim.case_id, token=claim.token)
    assert opened(cast.moderator) == {(TODAY, 3): 1}


def test_the_same_case_counts_once_a_day(cast: Cast, frozen_clock):
    case = a_case_of(4)
    claim = claims.claim(cast.moderator, case_id=case.pk)
    claims.claim(cast.moderator, case_id=case.pk)  # renewed
    decision = decisions.decide_one(cast.moderator, a_verdict(claim))
    undoing.undo(cast.moderator, decision_id=decision.pk)
    claims.claim(cast.moderator, case_id=case.pk)
    assert opened(cast.moderator) == {(TODAY, 4): 1}


def test_an_undone_decision_was_seen_all_the_same(cast: Cast, frozen_clock):
    claim = claims.claim(cast.moderator, case_id=a_case_of(4).pk)
    decision = decisions.decide_one(cast.moderator, a_verdict(claim))
    undoing.undo(cast.moderator, decision_id=decision.pk)
    assert opened(cast.moderator) == {(TODAY, 4): 1}


def test_it_counts_again_the_next_day(cast: Cast, frozen_clock):
    claim = claims.claim(cast.moderator, case_id=a_case_of(4).pk)
    claims.release(cast.moderator, case_id=claim.case_id, token=claim.token)
    with clock.moved(hours=12):
        claims.claim(cast.moderator, case_id=claim.case_id)
    assert opened(cast.moderator) == {(TODAY, 4): 1, (date(2026, 3, 3), 4): 1}


def test_what_is_taken_ahead_counts_when_it_is_shown(cast: Cast, frozen_clock):
    held = claims.claim(cast.moderator, case_id=a_case_of(1).pk)
    a_case_of(4)
    ahead.take(cast.moderator, case_id=held.case_id, token=held.token)
    assert opened(cast.moderator) == {(TODAY, 1): 1}
    decisions.decide_one(cast.moderator, a_verdict(held, policy="severity-1"))
    ahead.go_on(cast.moderator)
    assert opened(cast.moderator) == {(TODAY, 1): 1, (TODAY, 4): 1}


def test_what_is_taken_ahead_counts_when_its_page_is_opened_by_hand(cast: Cast, frozen_clock):
    held = claims.claim(cast.moderator, case_id=a_case_of(1).pk)
    following = a_case_of(4)
    ahead.take(cast.moderator, case_id=held.case_id, token=held.token)
    for _ in range(2):
        viewing.view(cast.moderator, case_id=following.pk)
    assert opened(cast.moderator) == {(TODAY, 1): 1, (TODAY, 4): 1}


def test_a_batch_shows_nobody_anything(cast: Cast, frozen_clock):
    account = an_account()
    a_case_of(4, account)
    said = {"title": "Wave", "outcome": "suspend", "policy": "severity-4", "reason": "So.", "expected_count": 1}
    batch = batches.plan(cast.moderator, Plan(**said, accounts=[("simulator", account.external_id)]))
    batches.start(cast.moderator, batch_id=batch.pk)
    running.run(batch.pk)
    assert (Case.objects.get().state, opened(cast.moderator)) == ("decided", {})


def test_the_day_turns_where_the_person_is(cast: Cast, frozen_clock):
    preferences.prefer(cast.moderator, {"time_zone": "Pacific/Auckland"})
    claims.claim(cast.moderator, case_id=a_case_of(4).pk)
    assert opened(cast.moderator) == {(date(2026, 3, 3), 4): 1}  # noon in UTC is 01:00 there


def test_a_day_has_the_hours_that_its_place_gives_it() -> None:
    before = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # summer begins in Berlin at 01:00 UTC
    begins = humane_rules.day_begins(before, "Europe/Berlin")
    ends = humane_rules.day_begins(before, "Europe/Berlin", days=1)
    assert (begins.astimezone(UTC).hour, ends.astimezone(UTC).hour) == (23, 22)


# ── a bound ──────────────────────────────────────────────────────────────────────────────────────────────
def test_no_more_of_a_severity_is_served_when_its_bound_is_reached(cast: Cast, frozen_clock):
    bound(cast, s4=2)
    grave = [a_case_of(4, an_account(followers=10**6)) for _ in range(3)]
    light = a_case_of(2)
    served = [claims.claim_next(cast.moderator).case_id for _ in range(3)]
    assert set(served[:2]) < {case.pk for case in grave}
    assert served[2] == light.pk
    assert claims.claim_next(cast.moderator) is None
    assert claims.claim_next(cast.second_moderator).case_id in {case.pk for case in grave}


def test_it_is_served_again_the_next_day(cast: Cast, frozen_clock):
    bound(cast, s4=1)
    a_case_of(4), a_case_of(4)
    claims.claim_next(cast.moderator)
    assert claims.claim_next(cast.moderator) is None
    with clock.moved(hours=12):
        assert claims.claim_next(cast.moderator) is not None


def test_a_bound_of_none_serves_none(cast: Cast):
    bound(cast, s4=0)
    a_case_of(4)
    assert claims.claim_next(cast.moderator) is None


def test_one_may_take_by_hand_what_one_is_not_served(cast: Cast):
    bound(cast, s4=0)
    case = a_case_of(4)
    assert claims.claim(cast.moderator, case_id=case.pk).case_id == case.pk


def test_what_is_kept_for_one_waits_for_another_day_or_ones_own_hand(cast: Cast, frozen_clock):
    case = a_case_of(4)
    claim = claims.claim(cast.moderator, case_id=case.pk)
    claims.end([claim], "released")
    claims.wait_again(cast.moderator, [claim.case], first_to=cast.moderator.person())
    bound(cast, s4=1)
    assert claims.claim_next(cast.moderator) is None
    bound(cast, s4=2)
    assert claims.claim_next(cast.moderator).case_id == case.pk


def test_the_next_case_is_not_taken_ahead_beyond_a_bound(cast: Cast, frozen_clock):
    bound(cast, s4=1)
    held = claims.claim(cast.moderator, case_id=a_case_of(4).pk)
    a_case_of(4)
    assert ahead.take(cast.moderator, case_id=held.case_id, token=held.token) is None


@pytest.mark.parametrize(("minutes_left", "is_served"), [(31, False), (29, True)])
def test_an_order_that_nobody_took_goes_beyond_a_bound(cast: Cast, frozen_clock, minutes_left: int, is_served: bool):
    bound(cast, s4=0)
    due = frozen_clock + timedelta(minutes=minutes_left)
    basis = LegalBasis(order_id="A 1", authority="An authority", deadline=due)
    order = a_flag(policy=a_policy("severity-4", severity=4).code, legal_basis=basis)
    claim = claims.claim_next(cast.moderator)
    assert (claim and claim.case_id) == (order.case_id if is_served else None)


def test_what_is_left_is_told(cast: Cast, frozen_clock):
    bound(cast, s4=1, s3=5)
    claims.claim(cast.moderator, case_id=a_case_of(4).pk)
    told = humane.bounds_of(cast.moderator.person(), frozen_clock)
    assert told == [Bound(4, 1, 1), Bound(3, 5, 0)]
    assert [row.left for row in told] == [0, 5]


def test_the_first_page_says_it_in_words(signed_in, cast: Cast, frozen_clock):
    bound(cast, s4=1, s3=5)
    claims.claim(cast.moderator, case_id=a_case_of(4).pk)
    page = " ".join(signed_in(cast.moderator).get("/").content.decode().split())
    assert "Severity 4 of 4: 1 of 1 opened today. You are served no more of it until tomorrow" in page
    assert "Severity 3 of 4: 0 of 5 opened today, 5 left." in page


def test_supervisors_set_bounds_and_learn_no_names(signed_in, cast: Cast, frozen_clock):
    form = {"veil_from": "1", "bound_4": "1", "bound_3": "", "bound_2": "", "bound_1": ""}
    assert signed_in(cast.supervisor).post("/rules/humane/", form).status_code == 302
    assert humane.current_rule().bounds == (None, None, None, 1)
    claims.claim(cast.moderator, case_id=a_case_of(4).pk)
    lighter.begin(cast.second_moderator)
    page = " ".join(signed_in(cast.supervisor).get("/rules/humane/").content.decode().split())
    assert "People served lighter cases now: fewer than 5. People who reached a bound today: fewer than 5." in page
    assert (cast.moderator.label in page, cast.second_moderator.label in page) == (False, False)
