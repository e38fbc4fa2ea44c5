"""What is the AT Protocol's own: references of takedowns, and a server that says yes to anything."""

from collections.abc import Iterator

import pytest

from common.ids import new_id
from takedowns.connectors import atproto
from takedowns.connectors.atproto import Atproto
from tests.platforms.conftest import Started
from tests.platforms.gate import Gate
from tests.platforms.servers import pds
from tests.platforms.servers.pds import Pds
from tests.platforms.test_contract import send

pytestmark = pytest.mark.platforms


@pytest.fixture
def rig(started: Started) -> Pds:
    found = started.rig("atproto")
    assert isinstance(found, Pds)
    return found


@pytest.fixture
def connector(rig: Pds) -> Iterator[Atproto]:
    made = atproto.build(rig.reach())
    assert isinstance(made, Atproto)
    yield made
    made._caller.close()


def test_a_takedown_bears_our_reference(rig: Pds, connector: Atproto) -> None:
    account, action_id = rig.new_account(), new_id()
    send(connector, account, action_id=action_id)
    assert rig.ref_of(account) == f"caseload:{action_id}"


def test_a_takedown_of_somebody_else_counts_and_keeps_its_reference(rig: Pds, connector: Atproto) -> None:
    account = rig.new_account()
    rig.take_down(account, "theirs")
    assert send(connector, account).outcome == "already"
    assert rig.ref_of(account) == "theirs"


def test_a_takedown_of_somebody_else_is_not_lifted(rig: Pds, connector: Atproto) -> None:
    account = rig.new_account()
    rig.take_down(account, "theirs")
    answer = send(connector, account, "reinstate")
    assert (answer.outcome, "'theirs'" in answer.error) == ("refused", True)
    assert not rig.can_act(account)


def test_a_repeat_makes_no_call_that_acts(rig: Pds, gate: Gate) -> None:
    connector = atproto.build(rig.reach(gate.url))
    account, action_id = rig.new_account(), new_id()
    outcomes = [send(connector, account, action_id=action_id).outcome for _ in range(2)]
    assert (outcomes, gate.passed) == (["applied", "already"], 1)
    connector._caller.close()


def test_an_unknown_account_is_never_sent_as_the_server_would_say_yes(rig: Pds, gate: Gate) -> None:
    connector = atproto.build(rig.reach(gate.url))
    assert send(connector, rig.unknown_account()).outcome == "no_account"
    assert gate.passed == 0
    connector._caller.close()


def test_a_yes_that_a_look_does_not_bear_out_is_ambiguous(rig: Pds, gate: Gate) -> None:
    connector = atproto.build(rig.reach(gate.url))
    gate.answer = (200, {}, {})
    assert send(connector, rig.new_account()).outcome == "ambiguous"
    connector._caller.close()


def test_what_is_no_did_is_refused(connector: Atproto) -> None:
    assert send(connector, "alice.example.com").outcome == "refused"
    assert connector.look_up("alice.example.com").standing == "unclear"


def test_an_account_that_its_owner_deactivated_is_active(rig: Pds, connector: Atproto) -> None:
    account = rig.new_account()
    _, session = rig.sign_in(account)
    bearer = {"Authorization": f"Bearer {session['accessJwt']}"}
    rig.call("POST", "com.atproto.server.deactivateAccount", {}, bearer)
    assert connector.look_up(account).standing == "active"


def test_the_servers_own_rate_limit_is_waited_for(tmp_path_factory: pytest.TempPathFactory, rig: Pds) -> None:
    with pds.a_server(tmp_path_factory.mktemp("limited"), PDS_RATE_LIMITS_ENABLED="1") as limited:
        connector = atproto.build(limited.reach())
        account = limited.new_account()
        for _ in range(3100):
            look = connector.look_up(account)
            if look.status_code == 429:
                break
        answer = send(connector, account)
        assert (look.standing, answer.outcome) == ("unclear", "retry")
        assert 200 < answer.retry_after_seconds <= 300
        connector._caller.close()
