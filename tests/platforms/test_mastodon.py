"""What is Mastodon's own: strikes, the limit of 300 calls in five minutes, and two kinds of 403."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from accounts.models import Platform
from common import clock
from reviews.models import Flag, ReportFeed
from reviews.services import pulling
from staff.actors import operator
from staff.choices import SourceKind
from takedowns.connectors import mastodon, mastodon_reports
from takedowns.connectors.mastodon import Mastodon
from takedowns.connectors.reports import CannotTell
from takedowns.models import Enforcement
from takedowns.services import dispatch, limits
from tests.cast import a_client, a_policy, an_account
from tests.platforms.conftest import RealPlatform
from tests.platforms.servers import mastodon as servers
from tests.platforms.servers.mastodon import Mastodon as StandIn
from tests.platforms.test_contract import send
from tests.takedowns.builders import an_enforcement

pytestmark = pytest.mark.platforms


@pytest.fixture
def stand_in(tmp_path: Path) -> Iterator[StandIn]:
    with servers.a_server(tmp_path, limit=300) as started:
        yield started


@pytest.fixture
def connector(stand_in: StandIn) -> Iterator[Mastodon]:
    made = mastodon.build(stand_in.reach())
    assert isinstance(made, Mastodon)
    yield made
    made._caller.close()


def test_the_first_time_costs_one_call(stand_in: StandIn, connector: Mastodon) -> None:
    send(connector, stand_in.new_account())
    assert stand_in.asked == 1


def test_a_later_attempt_looks_before_it_strikes_again(stand_in: StandIn, connector: Mastodon) -> None:
    account = stand_in.new_account()
    stand_in.accounts[account].is_suspended = True
    assert send(connector, account, attempt=2).outcome == "already"
    assert stand_in.effects(account) == 0


def test_a_later_attempt_acts_when_the_first_did_not(stand_in: StandIn, connector: Mastodon) -> None:
    account = stand_in.new_account()
    assert send(connector, account, attempt=2).outcome == "applied"
    assert stand_in.effects(account) == 1


def test_a_lift_of_what_is_active_is_told_from_a_missing_permission(stand_in: StandIn, connector: Mastodon) -> None:
    account = stand_in.new_account()
    assert send(connector, account, "reinstate").outcome == "already"
    stand_in.accounts[account].is_suspended = True
    reading = mastodon.build(replace(stand_in.reach(), secret=servers.READING))
    answer = send(reading, account, "reinstate")
    assert (answer.outcome, answer.retry_after_seconds) == ("not_sent", 60)
    reading._caller.close()


@pytest.mark.parametrize(("setting", "told"), [((), "false"), ((("mail", "yes"),), "true")])
def test_the_owner_is_written_to_where_that_is_wanted(
    stand_in: StandIn, setting: tuple[tuple[str, str], ...], told: str
) -> None:
    account = stand_in.new_account()
    connector = mastodon.build(replace(stand_in.reach(), settings=setting))
    send(connector, account)
    assert stand_in.accounts[account].strikes == [{"type": "suspend", "send_email_notification": told}]
    connector._caller.close()


def test_a_profile_is_told(stand_in: StandIn, connector: Mastodon) -> None:
    account = stand_in.new_account()
    profile = connector.look_up(account).profile
    assert (profile.handle, profile.followers, profile.following, profile.posts) == (f"user{account}", 12, 3, 40)


def test_with_the_last_call_everything_waits_for_the_window_to_end(stand_in: StandIn, connector: Mastodon) -> None:
    stand_in.limit = 2
    accounts = [stand_in.new_account() for _ in range(3)]
    pauses = [send(connector, account).retry_after_seconds for account in accounts[:2]]
    assert pauses == [0, pytest.approx(300, abs=5)]
    over = send(connector, accounts[2])
    assert (over.outcome, over.retry_after_seconds) == ("retry", pytest.approx(300, abs=5))


@pytest.mark.django_db
def test_reports_come_as_flags_with_the_words_of_their_posts(
    stand_in: StandIn, real_platform: RealPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mastodon_reports, "PAGE", 2)
    platform = real_platform(stand_in)
    Platform.objects.update(requests_per_minute=None)
    a_client("Users", SourceKind.USER_REPORT)
    pulling.start(operator(), slug=platform.slug, policy=a_policy().code, client="Users")
    accounts = [stand_in.new_account() for _ in range(5)]
    for reporter, reported in pairwise(accounts):
        stand_in.report(reporter, reported, "Look", "<p>Buy <b>now</b></p><p>&amp; pay<br>later</p>")
    assert pulling.pull_due() == 4
    flag = Flag.objects.select_related("account").get(account__external_id=accounts[1])
    assert (flag.reason, flag.account.handle) == ("spam: Look", f"user{accounts[1]}")
    assert flag.account.captured_posts.get().text == "Buy now\n& pay\nlater"
    stand_in.report(accounts[1], accounts[0], "", "")
    ReportFeed.objects.update(take_at=clock.now())
    assert (pulling.pull_due(), Flag.objects.count()) == (1, 5)


def test_reports_that_may_not_be_read_say_why(stand_in: StandIn) -> None:
    reading = mastodon.build(replace(stand_in.reach(), secret=servers.READING))
    assert isinstance(reading, Mastodon)
    with pytest.raises(CannotTell) as refusal:
        reading.pull_reports("")
    assert ("scopes" in refusal.value.why, refusal.value.retry_after_seconds) == (True, 60)
    reading._caller.close()


@pytest.mark.django_db
def test_dispatch_never_asks_more_often_than_the_server_takes(stand_in: StandIn, real_platform: RealPlatform) -> None:
    stand_in.limit = 5
    platform = real_platform(stand_in)
    assert platform.requests_per_minute == 60
    platform.requests_per_minute = None  # the bucket aside: what the server says is enough
    platform.save()
    accounts = [stand_in.new_account() for _ in range(20)]
    for account in accounts:
        an_enforcement(an_account(account, platform))
    dispatch.run_due()
    assert Enforcement.objects.filter(state="applied").count() == 5
    assert stand_in.asked <= 5 + 1  # one call was on its way when the last answer came
    assert limits.paused_seconds(platform.pk) == pytest.approx(300, abs=10)
    assert sum(stand_in.effects(account) for account in accounts) == 5
