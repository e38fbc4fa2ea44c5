"""A platform is asked about one account within what it may be asked."""

import pytest

from accounts.models import Account
from takedowns.choices import Standing
from takedowns.connectors import Look
from takedowns.services import limits, looking
from tests.cast import a_platform, an_account
from tests.takedowns.conftest import FakeConnector

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(fake: FakeConnector) -> Account:
    fake.standing = Standing.ACTIVE
    return an_account("look:1", a_platform("faked", connector="fake"))


def test_the_platform_is_asked_by_the_external_id(account: Account, fake: FakeConnector) -> None:
    assert (looking.look_up(account).standing, fake.looked_up) == (Standing.ACTIVE, ["look:1"])


def test_a_platform_that_asked_for_a_pause_is_left_alone(
    account: Account, fake: FakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "paused_seconds", lambda platform_id: 3.0)
    assert (looking.look_up(account).standing, fake.looked_up) == (Standing.UNCLEAR, [])


def test_nobody_asks_more_often_than_may_be(
    account: Account, fake: FakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "take", lambda platform_id, **said: 0)
    assert (looking.look_up(account).standing, fake.looked_up) == (Standing.UNCLEAR, [])


def test_what_the_platform_asks_for_is_kept(
    account: Account, fake: FakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    paused: list[float] = []
    monkeypatch.setattr(limits, "pause", lambda platform_id, seconds: paused.append(seconds))
    fake.look_up = lambda external_id: Look(Standing.UNCLEAR, 429, "HTTP 429", 7.0)  # type: ignore[method-assign]
    looking.look_up(account)
    assert paused == [7.0]
