"""What is Synapse's own: the account that takedowns are sent with, deactivation, other servers, a revoked token."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from takedowns.connectors import Connector, matrix
from takedowns.models import Attempt, Enforcement
from takedowns.services import dispatch
from tests.cast import an_account
from tests.platforms.conftest import RealPlatform, Started
from tests.platforms.servers.synapse import Synapse
from tests.platforms.test_contract import send
from tests.takedowns.builders import an_enforcement

pytestmark = pytest.mark.platforms


@pytest.fixture
def rig(started: Started) -> Synapse:
    found = started.rig("matrix")
    assert isinstance(found, Synapse)
    return found


@pytest.fixture
def connector(rig: Synapse) -> Iterator[Connector]:
    made = matrix.build(rig.reach())
    yield made
    made._caller.close()


@pytest.fixture
def deactivating(rig: Synapse) -> Iterator[Connector]:
    made = matrix.build(replace(rig.reach(), settings=(("how", "deactivate"),)))
    yield made
    made._caller.close()


def test_the_account_that_takedowns_are_sent_with_is_never_acted_on(rig: Synapse, connector: Connector) -> None:
    answer = send(connector, rig.admin)
    assert answer.outcome == "refused"
    assert "by hand" in answer.error
    assert rig.can_act(rig.admin)


def test_a_user_of_another_server_is_refused_and_not_gone(rig: Synapse, connector: Connector) -> None:
    assert send(connector, "@someone:elsewhere.test").outcome == "refused"
    assert connector.look_up("@someone:elsewhere.test").standing == "unclear"


def test_any_characters_of_an_id_stay_one_id(connector: Connector) -> None:
    assert send(connector, "@../v1/suspend/x?a=b#c").outcome == "refused"


def test_a_display_name_is_told(rig: Synapse, connector: Connector) -> None:
    account = rig.new_account()
    rig.as_user(account, "PUT", f"profile/{account}/displayname", {"displayname": "Ann"})
    assert connector.look_up(account).profile.display_name == "Ann"


def test_a_deactivation_counts_and_is_not_lifted_by_us(rig: Synapse, deactivating: Connector) -> None:
    account = rig.new_account()
    assert send(deactivating, account).outcome == "applied"
    assert rig.send_message(account)[1]["errcode"] == "M_UNKNOWN_TOKEN"
    assert deactivating.look_up(account).standing == "suspended"
    answer = send(deactivating, account, "reinstate")
    assert answer.outcome == "refused"
    assert "new password" in answer.error


def test_where_accounts_are_deactivated_an_earlier_suspension_is_lifted(
    rig: Synapse, connector: Connector, deactivating: Connector
) -> None:
    account = rig.new_account()
    send(connector, account)
    assert send(deactivating, account, "reinstate").outcome == "applied"
    assert rig.can_act(account)


def test_a_deactivation_by_the_owner_is_no_suspension(rig: Synapse, connector: Connector) -> None:
    account = rig.new_account()
    assert rig.as_admin("POST", f"v1/deactivate/{account}", {"erase": False})[0] == 200
    assert connector.look_up(account).standing == "active"


def test_a_token_of_somebody_who_is_no_administrator_is_told_of(rig: Synapse) -> None:
    user = rig.new_account()
    connector = matrix.build(replace(rig.reach(), secret=rig.token(user)))
    assert user in connector.check()
    assert send(connector, rig.new_account()).outcome == "not_sent"
    connector._caller.close()


@pytest.mark.django_db
def test_a_revoked_token_stops_the_platform_and_fails_no_account(rig: Synapse, real_platform: RealPlatform) -> None:
    platform = real_platform(rig, rig.wrong_reach())
    rows = [an_enforcement(an_account(rig.new_account(), platform)) for _ in range(40)]
    dispatch.run_due()
    states = set(Enforcement.objects.filter(pk__in=[row.pk for row in rows]).values_list("state", "attempts"))
    assert states == {("retrying", 0), ("waiting", 0)}
    assert Attempt.objects.filter(outcome="not_sent").count() <= 16  # one lease, and no second
    assert Enforcement.objects.filter(error__contains="refuses our token").exists()
    assert dispatch.run_due() == 0
