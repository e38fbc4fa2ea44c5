"""Nobody works on what somebody else holds."""

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from audit.models import Entry
from common import clock
from common.errors import Conflict, NotAllowed
from reviews.choices import CaseState
from reviews.errors import CaseAlreadyClaimed, ClaimLost
from reviews.models import Case, Claim
from reviews.services import claims, withdrawals
from staff.actors import Actor
from tests.cast import Cast, a_case, a_flag, a_person, a_policy, an_account

pytestmark = pytest.mark.django_db


def test_next_serves_the_highest_rank_first(cast: Cast) -> None:
    low = a_case(policy=a_policy("low", severity=1).code)
    high = a_case(policy=a_policy("high", severity=4).code)
    served = [claims.claim_next(cast.moderator), claims.claim_next(cast.moderator)]
    assert [claim.case_id for claim in served if claim] == [high.pk, low.pk]


def test_nothing_waits(cast: Cast) -> None:
    assert claims.claim_next(cast.moderator) is None


def test_a_claimed_case_is_refused_with_its_holder(cast: Cast) -> None:
    case = a_case()
    claims.claim(cast.moderator, case_id=case.pk)
    before = Entry.objects.count()
    with pytest.raises(CaseAlreadyClaimed) as refusal:
        claims.claim(cast.second_moderator, case_id=case.pk)
    assert refusal.value.details["holder"] == "Pseudonym of moderator"
    assert Entry.objects.count() == before


def test_claiming_again_renews_ones_own(cast: Cast, frozen_clock: datetime) -> None:
    case = a_case()
    first = claims.claim(cast.moderator, case_id=case.pk)
    with clock.moved(minutes=2):
        again = claims.claim(cast.moderator, case_id=case.pk)
    assert (again.pk, again.token) == (first.pk, first.token)
    assert (again.expires_at - first.expires_at).total_seconds() == 120


def test_a_claim_that_ran_out_can_be_taken_over_and_its_token_is_stale(cast: Cast) -> None:
    case = a_case()
    lost = claims.claim(cast.moderator, case_id=case.pk)
    with clock.moved(minutes=6):
        claims.claim(cast.second_moderator, case_id=case.pk)
        with pytest.raises(ClaimLost) as refusal:
            claims.release(cast.moderator, case_id=case.pk, token=lost.token)
    assert refusal.value.details["holder"] == "Pseudonym of moderator2"


def test_the_sweep_ends_what_ran_out_under_the_system(cast: Cast) -> None:
    case = a_case()
    claims.claim(cast.moderator, case_id=case.pk)
    with clock.moved(minutes=6):
        assert claims.end_expired() == 1
        assert claims.end_expired() == 0
    case.refresh_from_db()
    assert case.state == CaseState.WAITING
    assert Entry.objects.filter(action="case.claim_expired", actor="system").count() == 1


def test_a_skipped_case_comes_back_tomorrow(cast: Cast, frozen_clock: datetime) -> None:
    case = a_case()
    claim = claims.claim(cast.moderator, case_id=case.pk)
    claims.skip(cast.moderator, case_id=case.pk, token=claim.token)
    assert claims.claim_next(cast.moderator) is None
    with clock.moved(days=1):
        again = claims.claim_next(cast.moderator)
    assert again is not None
    assert again.case_id == case.pk


def test_somebody_else_is_served_what_one_skipped(cast: Cast) -> None:
    case = a_case()
    claim = claims.claim(cast.moderator, case_id=case.pk)
    claims.skip(cast.moderator, case_id=case.pk, token=claim.token)
    served = claims.claim_next(cast.second_moderator)
    assert served is not None
    assert served.case_id == case.pk


def test_languages_shape_what_next_serves_but_not_a_claim_by_id(cast: Cast) -> None:
    reader = a_person("reader", languages=["de"])
    case = a_case(an_account(language="ar"))
    assert claims.claim_next(reader) is None
    assert claims.claim(reader, case_id=case.pk).holder == reader.user


def test_an_auditor_claims_nothing(cast: Cast) -> None:
    case = a_case()
    with pytest.raises(NotAllowed):
        claims.claim(cast.auditor, case_id=case.pk)


def test_a_decided_case_is_not_claimed(cast: Cast) -> None:
    case = a_case()
    case.state, case.closed_at = CaseState.DECIDED, clock.now()
    case.save()
    with pytest.raises(Conflict):
        claims.claim(cast.moderator, case_id=case.pk)


def test_the_database_allows_one_live_claim_per_case(cast: Cast) -> None:
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    claim.pk, claim.token = None, "another"
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(
            case_id=claim.case_id,
            holder=cast.second_moderator.person(),
            token="another",
            claimed_at=claim.claimed_at,
            expires_at=claim.expires_at,
        )


def test_the_database_allows_one_open_case_per_account(cast: Cast) -> None:
    case = a_flag().case
    case.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        case.save(force_insert=True)


def give_back(case: Case, held: Claim, actor: Actor) -> None:
    claims.release(actor, case_id=case.pk, token=held.token)


def skip(case: Case, held: Claim, actor: Actor) -> None:
    claims.skip(actor, case_id=case.pk, token=held.token)


def run_out(case: Case, held: Claim, actor: Actor) -> None:
    with clock.moved(hours=1):
        claims.end_expired()


@pytest.mark.parametrize("end", [give_back, skip, run_out])
def test_a_case_whose_flags_were_withdrawn_meanwhile_closes_when_it_is_left(cast: Cast, end: Any) -> None:
    flag = a_flag(cast.client)
    held = claims.claim(cast.moderator, case_id=flag.case_id)
    withdrawals.withdraw(cast.client, flag_id=flag.pk)
    assert Case.objects.get().state == CaseState.CLAIMED
    end(flag.case, held, cast.moderator)
    assert Case.objects.get().state == CaseState.CLOSED
    assert Entry.objects.get(action="case.closed").detail["why"] == "all flags withdrawn"
    assert claims.claim_next(cast.second_moderator) is None


def test_a_case_with_a_flag_left_waits_again(cast: Cast) -> None:
    flag = a_flag(cast.client)
    a_flag(account=flag.account)
    held = claims.claim(cast.moderator, case_id=flag.case_id)
    withdrawals.withdraw(cast.client, flag_id=flag.pk)
    claims.release(cast.moderator, case_id=flag.case_id, token=held.token)
    assert Case.objects.get().state == CaseState.WAITING
