"""Something lighter: served from then on, without a reason, and told to nobody."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit.models import Entry
from common import clock
from reviews.choices import CaseState
from reviews.errors import ClaimLost
from reviews.models import Case
from reviews.rules.humane import lighter_until
from reviews.services import ahead, claims, decisions, lighter
from reviews.services.facts import LegalBasis
from staff.services import preferences
from tests.calls import nothing_happens
from tests.cast import Cast, a_flag, a_policy, a_verdict, an_account
from tests.reviews.test_exposure import a_case_of

pytestmark = pytest.mark.django_db


def a_grave_one() -> Case:
    return a_case_of(4, an_account(followers=10**6))


def test_lighter_cases_alone_are_served(cast: Cast):
    a_grave_one(), a_case_of(3)
    light = a_case_of(2)
    lighter.begin(cast.moderator)
    assert claims.claim_next(cast.moderator).case_id == light.pk
    assert claims.claim_next(cast.moderator) is None
    assert claims.claim_next(cast.second_moderator) is not None


def test_where_all_are_graver_the_lightest_are(cast: Cast):
    a_grave_one()
    three = a_case_of(3)
    lighter.begin(cast.moderator)
    assert claims.claim_next(cast.moderator).case_id == three.pk
    assert claims.claim_next(cast.moderator) is None


def test_it_ends_by_hand(cast: Cast):
    grave = a_grave_one()
    a_case_of(1)
    lighter.begin(cast.moderator)
    lighter.end(cast.moderator)
    assert claims.claim_next(cast.moderator).case_id == grave.pk


def test_it_ends_with_the_day(cast: Cast, frozen_clock):
    grave = a_grave_one()
    a_case_of(1)
    assert lighter.begin(cast.moderator) == frozen_clock + timedelta(hours=12)
    with clock.moved(hours=12, seconds=1):
        assert claims.claim_next(cast.moderator).case_id == grave.pk


def test_shortly_before_midnight_it_lasts_a_shift(frozen_clock):
    assert lighter_until(frozen_clock, "Pacific/Tongatapu") - frozen_clock == timedelta(hours=23)  # 01:00 there
    assert lighter_until(frozen_clock, "Asia/Tokyo") - frozen_clock == timedelta(hours=8)  # 21:00 there


def test_what_was_taken_ahead_is_not_shown_if_it_is_grave(cast: Cast):
    held = claims.claim(cast.moderator, case_id=a_case_of(1).pk)
    grave = a_grave_one()
    ahead.take(cast.moderator, case_id=held.case_id, token=held.token)
    light = a_case_of(1)
    lighter.begin(cast.moderator)
    decisions.decide_one(cast.moderator, a_verdict(held, policy="severity-1"))
    assert ahead.go_on(cast.moderator).case_id == light.pk
    assert Case.objects.get(pk=grave.pk).state == CaseState.WAITING


def test_no_order_goes_to_somebody_who_asked_for_lighter_cases(cast: Cast, frozen_clock):
    basis = LegalBasis(order_id="A 1", authority="An authority", deadline=frozen_clock + timedelta(minutes=5))
    a_flag(policy=a_policy("severity-4", severity=4).code, legal_basis=basis)
    a_case_of(1), claims.claim_next(cast.second_moderator), a_case_of(1)
    lighter.begin(cast.moderator)
    assert claims.claim_next(cast.moderator).case.policy.severity == 1


def test_the_case_goes_back_without_a_reason_and_the_next_one_comes(signed_in, cast: Cast):
    claim = claims.claim(cast.moderator, case_id=a_grave_one().pk)
    light = a_case_of(2)
    given = {"case": claim.case_id, "claim_token": claim.token}
    answer = signed_in(cast.moderator).post("/lighter/", given)
    assert answer.url == reverse("reviews:case-detail", args=[light.pk])
    assert Case.objects.get(pk=claim.case_id).state == CaseState.WAITING
    said = Entry.objects.filter(subjects__contains=[f"case:{claim.case_id}"]).order_by("pk").last()
    assert (said.action, said.detail) == ("case.released", {})


def test_the_case_that_went_back_is_not_served_again_that_day(cast: Cast, frozen_clock):
    claim = claims.claim(cast.moderator, case_id=a_case_of(1).pk)
    lighter.begin(cast.moderator, case_id=claim.case_id, token=claim.token)
    assert claims.claim_next(cast.moderator) is None
    with clock.moved(hours=12):
        assert claims.claim_next(cast.moderator).case_id == claim.case_id


def test_a_claim_that_was_lost_changes_nothing(cast: Cast):
    claim = claims.claim(cast.moderator, case_id=a_grave_one().pk)
    with nothing_happens(), pytest.raises(ClaimLost):
        lighter.begin(cast.moderator, case_id=claim.case_id, token="another")


def test_the_log_says_what_it_says_of_any_preference(cast: Cast):
    preferences.prefer(cast.moderator, {"blur": 3})
    lighter.begin(cast.moderator)
    lighter.end(cast.moderator)
    rows = Entry.objects.filter(action__startswith="person.").order_by("-pk")[:3]
    assert {(row.action, str(row.detail), tuple(row.subjects)) for row in rows} == {
        ("person.preferences_changed", "{}", ("person:moderator",))
    }


def test_nobody_else_is_shown_it(signed_in, cast: Cast):
    claims.claim(cast.moderator, case_id=a_case_of(1).pk)
    before = signed_in(cast.supervisor).get("/", headers={"HX-Request": "true"}).content
    lighter.begin(cast.moderator)
    assert signed_in(cast.supervisor).get("/", headers={"HX-Request": "true"}).content.count(b"ighter") == before.count(
        b"ighter"
    )
    page = signed_in(cast.moderator).get("/").content
    assert b"You are served lighter cases until" in page
