"""What every connector promises, shown alike on every platform. Accounts are new for each test."""

from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

import pytest

from common.ids import new_id
from takedowns.connectors import KINDS, Action, Answer, Connector
from takedowns.connectors.base import Reach
from takedowns.connectors.steps import CREDENTIALS_PAUSE_SECONDS
from tests.platforms.conftest import Started
from tests.platforms.gate import Gate
from tests.platforms.rigs import Rig, chosen

Build = Callable[[Reach], Connector]
pytestmark = pytest.mark.platforms


@pytest.fixture(params=chosen())
def rig(request: pytest.FixtureRequest, started: Started) -> Rig:
    return started.rig(request.param)


@pytest.fixture
def build(rig: Rig) -> Iterator[Build]:
    """`build(reach)`: a connector of the platform's kind, whose connections end with the test."""
    made = []

    def build(reach: Reach) -> Connector:
        made.append(KINDS[rig.kind].build(reach))
        return made[-1]

    yield build
    for each in made:
        each._caller.close()  # type: ignore[attr-defined]


@pytest.fixture
def connector(rig: Rig, build: Build) -> Connector:
    return build(rig.reach())


@pytest.fixture
def gated(rig: Rig, gate: Gate, build: Build) -> Connector:
    """The connector, with the gate between it and the platform; it knows the platform already."""
    made = build(rig.reach(gate.url))
    assert send(made, rig.new_account()).outcome == "applied"
    return made


def send(
    connector: Connector,
    account: str,
    kind: str = "suspend",
    *,
    action_id: UUID | None = None,
    attempt: int = 1,
    until: datetime | None = None,
) -> Answer:
    action = Action(
        id=action_id or new_id(), kind=kind, external_id=account, until=until, policy="spam", attempt=attempt
    )
    [answer] = connector.send([action])
    return answer


def test_a_new_account_is_active(rig: Rig, connector: Connector) -> None:
    account = rig.new_account()
    assert connector.look_up(account).standing == "active"
    assert rig.can_act(account)


def test_a_suspension_takes_effect_and_is_seen(rig: Rig, connector: Connector) -> None:
    account = rig.new_account()
    assert send(connector, account).outcome == "applied"
    assert connector.look_up(account).standing == "suspended"
    assert not rig.can_act(account)


def test_a_repeat_is_no_second_suspension(rig: Rig, connector: Connector) -> None:
    account, action_id = rig.new_account(), new_id()
    send(connector, account, action_id=action_id)
    assert send(connector, account, action_id=action_id, attempt=2).outcome in {"applied", "already"}
    assert not rig.can_act(account)
    if rig.counts_effects:
        assert rig.effects(account) == 1


def test_a_lift_takes_effect_and_is_seen(rig: Rig, connector: Connector) -> None:
    account = rig.new_account()
    send(connector, account)
    assert send(connector, account, "reinstate").outcome == "applied"
    assert connector.look_up(account).standing == "active"
    assert rig.can_act(account)


def test_a_lift_of_what_is_active_changes_nothing(rig: Rig, connector: Connector) -> None:
    account = rig.new_account()
    assert send(connector, account, "reinstate").outcome in {"applied", "already"}
    assert rig.can_act(account)


def test_an_account_can_be_suspended_again_after_a_lift(rig: Rig, connector: Connector) -> None:
    account = rig.new_account()
    assert [send(connector, account, kind).outcome for kind in ("suspend", "reinstate", "suspend")] == ["applied"] * 3
    assert not rig.can_act(account)


def test_an_unknown_account_is_told_apart(rig: Rig, connector: Connector) -> None:
    assert connector.look_up(rig.unknown_account()).standing == "no_account"
    assert send(connector, rig.unknown_account()).outcome == "no_account"
    assert send(connector, rig.unknown_account(), "reinstate").outcome == "no_account"


def test_many_are_looked_up_in_their_order(rig: Rig, connector: Connector) -> None:
    accounts = [rig.new_account(), rig.unknown_account(), rig.new_account()][: connector.capabilities.looks_at_once]
    if accounts:
        send(connector, accounts[0])
    looks = connector.look_up_many(accounts)
    assert [look.standing for look in looks] == ["suspended", "no_account", "active"][: len(accounts)]


def test_the_check_finds_nothing_wrong(connector: Connector) -> None:
    assert connector.check() == ""


def test_a_wrong_credential_stops_everything_and_fails_nothing(rig: Rig, build: Build) -> None:
    account = rig.new_account()
    connector = build(rig.wrong_reach())
    answer = send(connector, account)
    assert (answer.outcome, answer.retry_after_seconds) == ("not_sent", CREDENTIALS_PAUSE_SECONDS)
    assert "refuses" in answer.error
    assert "credentials" in connector.check()
    assert rig.can_act(account)


def test_a_look_with_a_wrong_credential_says_nothing(rig: Rig, build: Build) -> None:
    look = build(rig.wrong_reach()).look_up(rig.unknown_account())
    assert (look.standing, look.retry_after_seconds) == ("unclear", CREDENTIALS_PAUSE_SECONDS)


def test_a_rate_limit_is_waited_for(rig: Rig, gate: Gate, gated: Connector) -> None:
    account = rig.new_account()
    gate.answer = rig.limited
    answer = send(gated, account)
    assert answer.outcome == "retry"
    assert answer.retry_after_seconds == pytest.approx(rig.limited_seconds, abs=2)
    assert rig.can_act(account)


def test_an_answer_that_never_comes_is_ambiguous_and_the_platform_can_be_asked(
    rig: Rig, gate: Gate, gated: Connector
) -> None:
    account = rig.new_account()
    gate.swallow = True
    assert send(gated, account).outcome == "ambiguous"
    assert gated.look_up(account).standing == "suspended"
    gate.swallow = False
    assert send(gated, account, attempt=2).outcome in {"applied", "already"}
    if rig.counts_effects:
        assert rig.effects(account) == 1


def test_a_server_that_breaks_may_have_acted(rig: Rig, gate: Gate, gated: Connector) -> None:
    gate.answer = (502, {}, {"error": "Bad Gateway"})
    assert send(gated, rig.new_account()).outcome == "ambiguous"


def test_a_server_that_is_away_was_sent_nothing(rig: Rig, build: Build) -> None:
    url = rig.url.replace(rig.url.split("/")[2], "127.0.0.1:9")
    connector = build(rig.reach(url))
    assert send(connector, rig.unknown_account()).outcome == "not_sent"
    assert connector.look_up(rig.unknown_account()).standing == "unclear"
    assert "Nobody answers" in connector.check()
