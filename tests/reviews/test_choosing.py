"""Cases chosen in the list become a planned batch, on the one path that plans batches."""

from typing import Any

import pytest

from audit.models import Entry
from common import clock
from common.errors import Invalid, NotAllowed
from reviews.choices import BatchState
from reviews.models import Batch
from reviews.rules.finding import Asked
from reviews.selectors import case_bulk
from reviews.selectors.case_list import Counted
from reviews.services import batches, choosing, claims
from reviews.services.choosing import Chosen, Wanted
from staff.actors import Actor
from tests.calls import nothing_happens
from tests.cast import Cast, a_case, a_decision, a_policy, an_account

pytestmark = pytest.mark.django_db


def plan(actor: Actor, chosen: Chosen, expected: int, **said: Any) -> Batch:
    words = {"title": "From the list", "outcome": "suspend", "policy": a_policy().code, "reason": "It is so."}
    return choosing.plan(actor, chosen, Wanted(**(words | said), expected_count=expected))


def test_all_that_match_are_frozen_by_rank(cast: Cast) -> None:
    small, big = an_account(followers=1, language="ar"), an_account(followers=10**6, language="ar")
    for account in (small, big):
        a_case(account)
    a_case(an_account(language="en"))
    batch = plan(cast.moderator, Chosen(Asked(languages=("ar",))), 2)
    assert [item.external_id for item in batch.items.order_by("position")] == [big.external_id, small.external_id]
    assert (batch.state, batch.counts["to_enforce"]) == (BatchState.PLANNED, 2)
    assert Entry.objects.filter(action="batch.planned").count() == 1


def test_ticked_cases_are_frozen_and_no_others(cast: Cast) -> None:
    a_case()
    ticked = [a_case(), a_case()]
    batch = plan(cast.moderator, Chosen(Asked(), [case.pk for case in ticked]), 2)
    assert {item.account_id for item in batch.items.all()} == {case.account_id for case in ticked}


def test_cases_that_ended_are_on_no_list(cast: Cast) -> None:
    decided, waiting = a_decision(cast.moderator, "keep").case, a_case()
    batch = plan(cast.moderator, Chosen(Asked(), [decided.pk, waiting.pk]), 1)
    assert [item.account_id for item in batch.items.all()] == [waiting.account_id]


def test_protected_accounts_and_others_cases_are_left_out(cast: Cast) -> None:
    free, protected = a_case(), a_case(an_account(protected_class="journalist"))
    busy = claims.claim(cast.second_moderator, case_id=a_case().pk).case
    batch = plan(cast.moderator, Chosen(Asked(states=("open",))), 3)
    left_out = {item.account_id: item.left_out for item in batch.items.all()}
    assert left_out == {
        free.account_id: "",
        protected.account_id: "protected",
        busy.account_id: "claimed_by_other",
    }


def test_a_list_unlike_what_was_expected_is_refused(cast: Cast) -> None:
    for _ in range(3):
        a_case()
    with nothing_happens(), pytest.raises(Invalid) as refusal:
        plan(cast.moderator, Chosen(Asked()), 2)
    assert set(refusal.value.fields) == {"expected_count"}


def test_too_many_are_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "MOST", 1)
    for _ in range(2):
        a_case()
    with nothing_happens(), pytest.raises(Invalid):
        plan(cast.moderator, Chosen(Asked()), 2)


def test_nothing_open_is_refused(cast: Cast) -> None:
    decided = a_decision(cast.moderator, "keep").case
    with nothing_happens(), pytest.raises(Invalid):
        plan(cast.moderator, Chosen(Asked(), [decided.pk]), 1)


def test_above_the_approval_size_a_second_person_approves(cast: Cast, settings: Any) -> None:
    settings.CASELOAD = settings.CASELOAD | {"BATCH_APPROVAL_SIZE": 1}
    for _ in range(2):
        a_case()
    assert batches.needs_approval(plan(cast.moderator, Chosen(Asked()), 2))


def test_who_may_ask_for_no_batch_chooses_none(cast: Cast) -> None:
    a_case()
    with nothing_happens(), pytest.raises(NotAllowed):
        plan(cast.auditor, Chosen(Asked()), 1)


def test_it_is_said_before_whom_a_batch_leaves_out(cast: Cast) -> None:
    a_case()
    protected = a_case(an_account(protected_class="minor"))
    busy = claims.claim(cast.second_moderator, case_id=a_case().pk).case
    a_decision(cast.moderator, "keep")
    found = choosing.found(cast.moderator, Chosen(Asked()), at=clock.now())
    preview = case_bulk.preview(found, outcome="suspend", most=10)
    assert (preview.open, preview.ended, preview.left_out) == (Counted(3), 1, 2)
    assert preview.named == [protected, busy]
    assert case_bulk.preview(found, outcome="keep", most=10).left_out == 1
    assert case_bulk.preview(found, outcome="keep", most=2).open == Counted(2, is_least=True)
