"""The platform is asked about an account: what it says is kept, and an account that is gone closes its case so."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Account, Platform, Snapshot
from audit.models import Entry
from common import clock
from common.errors import NotAllowed, NotFound
from insights.models import DecisionDay, FlagDay
from insights.services import refreshing as statistics
from reviews.choices import CaseState, ClaimEnd, ClosedAs, FlagState
from reviews.errors import ClaimLost
from reviews.models import Case, Claim, Decision, LegalOrder, Refresh, Source, WebhookDelivery
from reviews.selectors import tallies
from reviews.services import batches, claims, precision, refreshing, running, tallying
from reviews.services.batches import Plan
from reviews.services.facts import LegalBasis
from reviews.services.webhooks import endpoints
from staff.actors import SYSTEM, operator
from takedowns import connectors
from takedowns.choices import Standing
from takedowns.connectors.base import Kind, Profile
from tests.calls import Api, nothing_happens
from tests.cast import Cast, a_case, a_decision, a_flag, a_platform, a_policy, an_account
from tests.conftest import Nudge
from tests.takedowns.conftest import FakeConnector

pytestmark = pytest.mark.django_db


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeConnector]:
    """The connector of the platform `faked`: it answers as the test says."""
    connector = FakeConnector()
    monkeypatch.setitem(connectors.KINDS, "fake", Kind(title="Fake", build=lambda reach: connector))
    connectors.connector_for.cache_clear()
    yield connector
    connectors.connector_for.cache_clear()


@pytest.fixture
def platform(fake: FakeConnector) -> Platform:
    return a_platform("faked", connector="fake")


@pytest.fixture
def case(platform: Platform) -> Case:
    return a_case(an_account("f:1", platform, handle="before", followers=165))


def refresh(actor: Any, case: Case) -> Refresh:
    """The question and its answer; the case is read anew."""
    row = refreshing.ask(actor, case_id=case.pk)
    refreshing.answer_due()
    row.refresh_from_db()
    case.refresh_from_db()
    return row


def test_what_the_platform_says_stands_on_the_account_with_a_snapshot(
    cast: Cast, case: Case, fake: FakeConnector
) -> None:
    fake.standing, fake.profile = Standing.ACTIVE, Profile(handle="after", followers=1200)
    assert refresh(cast.moderator, case).standing == Standing.ACTIVE
    account = Account.objects.get(pk=case.account_id)
    assert (account.handle, account.followers, account.platform_state) == ("after", 1200, "active")
    assert list(Snapshot.objects.filter(cause="refresh").values_list("followers", flat=True)) == [1200]
    assert case.state == CaseState.WAITING


def test_an_account_that_is_gone_closes_the_case_of_who_asked(cast: Cast, case: Case, fake: FakeConnector) -> None:
    claim = claims.claim(cast.moderator, case_id=case.pk)
    fake.standing = Standing.NO_ACCOUNT
    refresh(cast.moderator, case)
    claim.refresh_from_db()
    assert (case.state, case.closed_as, claim.ended_as) == (CaseState.CLOSED, ClosedAs.GONE, ClaimEnd.CLOSED)
    assert case.flags.get().state == FlagState.GONE
    assert Account.objects.get(pk=case.account_id).platform_state == "gone"
    assert Entry.objects.get(action="case.closed").detail == {"why": "gone"}
    with pytest.raises(ClaimLost, match="gone from its platform"):
        claims.renew(cast.moderator, case_id=case.pk, token=claim.token)


@pytest.mark.parametrize("standing", [Standing.UNCLEAR, Standing.ACTIVE, Standing.SUSPENDED])
def test_nothing_else_closes_it(cast: Cast, case: Case, fake: FakeConnector, standing: Standing) -> None:
    fake.standing = standing
    refresh(cast.moderator, case)
    assert (case.state, case.flags.get().state) == (CaseState.WAITING, FlagState.OPEN)


def test_a_platform_that_fails_says_nothing(cast: Cast, case: Case, fake: FakeConnector) -> None:
    fake.look_up = lambda external_id: 1 / 0  # type: ignore[assignment, return-value]
    row = refresh(cast.moderator, case)
    assert (row.standing, row.error) == (Standing.UNCLEAR, "ZeroDivisionError: division by zero")
    assert not Snapshot.objects.filter(cause="refresh").exists()


def test_a_case_that_somebody_else_has_stays_theirs(cast: Cast, case: Case, fake: FakeConnector) -> None:
    claim = claims.claim(cast.moderator, case_id=case.pk)
    fake.standing = Standing.NO_ACCOUNT
    assert refresh(cast.second_moderator, case).standing == Standing.NO_ACCOUNT
    assert (case.state, Claim.objects.get(pk=claim.pk).ended_at) == (CaseState.CLAIMED, None)
    refresh(cast.moderator, case)
    assert case.closed_as == ClosedAs.GONE


def test_a_case_that_was_decided_meanwhile_stays_decided(cast: Cast, case: Case, fake: FakeConnector) -> None:
    fake.standing = Standing.NO_ACCOUNT
    refreshing.ask(cast.moderator, case_id=case.pk)
    a_decision(cast.second_moderator, "keep", case=case)
    refreshing.answer_due()
    case.refresh_from_db()
    assert (case.state, case.flags.get().state) == (CaseState.DECIDED, FlagState.DISAGREED)


def test_a_question_that_waits_is_not_asked_twice(cast: Cast, case: Case, nudges: list[Nudge]) -> None:
    first = refreshing.ask(cast.moderator, case_id=case.pk)
    with nothing_happens():
        assert refreshing.ask(cast.second_moderator, case_id=case.pk) == first


def test_who_works_no_cases_and_who_may_not_see_it_asks_nothing(cast: Cast, case: Case) -> None:
    hidden = a_case(policy=a_policy("secret", clearance="child_safety").code)
    with nothing_happens():
        with pytest.raises(NotAllowed):
            refreshing.ask(cast.auditor, case_id=case.pk)
        with pytest.raises(NotFound):
            refreshing.ask(cast.moderator, case_id=hidden.pk)


def test_a_worker_that_died_is_followed_by_another(cast: Cast, case: Case, fake: FakeConnector) -> None:
    refreshing.ask(cast.moderator, case_id=case.pk)
    refreshing._take()
    assert refreshing.answer_due() == 0
    with clock.moved(seconds=61):
        assert refreshing.answer_due() == 1


def test_a_suspension_of_ours_is_not_the_platforms_own(cast: Cast, case: Case, fake: FakeConnector) -> None:
    a_decision(cast.moderator, "suspend", case=case)
    fake.standing = Standing.SUSPENDED
    refresh(cast.moderator, case)
    assert Account.objects.get(pk=case.account_id).platform_state == ""


# ── what follows ─────────────────────────────────────────────────────────────────────────────────────────
def test_the_source_reads_that_the_account_is_gone(cast: Cast, platform: Platform, fake: FakeConnector) -> None:
    flag = a_flag(cast.client, an_account("f:2", platform))
    fake.standing = Standing.NO_ACCOUNT
    refresh(cast.moderator, flag.case)
    shown = Api(cast.key).get(f"/flags/{flag.pk}").body
    assert (shown["state"], shown["outcome"], shown["decided_at"] is None) == ("gone", "gone", False)


def test_the_source_is_told_so(cast: Cast, platform: Platform, fake: FakeConnector) -> None:
    endpoints.create(operator(), client="Cast client", url="https://1.1.1.1/", events=["case.decided"])
    flag = a_flag(cast.client, an_account("f:2", platform))
    fake.standing = Standing.NO_ACCOUNT
    refresh(cast.moderator, flag.case)
    said = json.loads(WebhookDelivery.objects.get().body)
    assert (said["type"], said["data"]["flag"]) == ("case.decided", str(flag.pk))
    assert (said["data"]["outcome"], said["data"]["state"], said["data"]["decision"]) == ("gone", "gone", None)


def test_its_order_is_answered_by_it(cast: Cast, platform: Platform, fake: FakeConnector) -> None:
    basis = LegalBasis(order_id="A 1", authority="An authority")
    flag = a_flag(account=an_account("f:2", platform), legal_basis=basis)
    fake.standing = Standing.NO_ACCOUNT
    refresh(cast.moderator, flag.case)
    order = LegalOrder.objects.get(flag=flag)
    assert (order.outcome, order.answered_at is None) == ("gone", False)


def test_nobodys_precision_and_no_decision_comes_of_it(cast: Cast, case: Case, fake: FakeConnector) -> None:
    fake.standing = Standing.NO_ACCOUNT
    refresh(cast.moderator, case)
    precision.refresh(SYSTEM)
    source = Source.objects.get(flags__case=case)
    assert (source.agreed, source.disagreed, Decision.objects.count()) == (0, 0, 0)


def test_statistics_count_the_flag_as_gone_and_nothing_as_kept(cast: Cast, case: Case, fake: FakeConnector) -> None:
    fake.standing = Standing.NO_ACCOUNT
    refresh(cast.moderator, case)
    statistics.refresh(SYSTEM)
    day = FlagDay.objects.get()
    assert (day.received, day.gone, day.open, day.disagreed) == (1, 1, 0, 0)
    assert not DecisionDay.objects.exists()


def test_the_queues_count_right_afterwards(cast: Cast, case: Case, fake: FakeConnector) -> None:
    tallying.add_up()
    fake.standing = Standing.NO_ACCOUNT
    refresh(cast.moderator, case)
    assert tallies.differences(at=clock.now()) == 0


def test_an_account_that_comes_back_and_is_flagged_has_a_new_case(cast: Cast, case: Case, fake: FakeConnector) -> None:
    fake.standing = Standing.NO_ACCOUNT
    refresh(cast.moderator, case)
    again = a_flag(account=Account.objects.get(pk=case.account_id))
    assert (again.case_id == case.pk, again.case.state, again.state) == (False, "waiting", "open")


def test_a_batch_goes_on_with_an_account_whose_case_was_closed_so(cast: Cast, case: Case, fake: FakeConnector) -> None:
    plan = Plan(
        title="B",
        outcome="suspend",
        policy=case.policy.code,
        reason="It is so.",
        expected_count=1,
        accounts=[("faked", "f:1")],
    )
    batch = batches.plan(cast.moderator, plan)
    fake.standing = Standing.NO_ACCOUNT
    refresh(cast.moderator, case)
    batches.start(cast.moderator, batch_id=batch.pk)
    assert running.run(batch.pk) == 1
    assert Case.objects.filter(account=case.account_id).order_by("opened_at").last() != case
    case.refresh_from_db()
    assert case.closed_as == ClosedAs.GONE


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────
def test_the_answer_comes_onto_the_page_without_a_reload(
    cast: Cast, case: Case, fake: FakeConnector, signed_in: Any
) -> None:
    browser = signed_in(cast.moderator)
    claims.claim(cast.moderator, case_id=case.pk)
    asked = browser.post(reverse("reviews:case-refresh", args=[case.pk]), headers={"HX-Request": "true"})
    path = reverse("reviews:refresh-detail", args=[case.pk, Refresh.objects.get().pk])
    assert f'hx-get="{path}"' in asked.content.decode()
    fake.standing = Standing.NO_ACCOUNT
    refreshing.answer_due()
    told = browser.get(path).content.decode()
    assert ("there is no such account" in told, "data-case-gone" in told, "hx-get" in told) == (True, True, False)


def test_a_question_about_another_case_is_not_found(cast: Cast, case: Case, signed_in: Any) -> None:
    row = refreshing.ask(cast.moderator, case_id=case.pk)
    other = a_case()
    path = reverse("reviews:refresh-detail", args=[other.pk, row.pk])
    assert signed_in(cast.moderator).get(path).status_code == 404
