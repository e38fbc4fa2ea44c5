"""What is MediaWiki's own: errors with HTTP 200, blocks that others set, ends, sessions, addresses, spellings."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from common import clock
from takedowns.connectors import mediawiki
from takedowns.connectors.mediawiki import MediaWiki
from tests.platforms.conftest import Started
from tests.platforms.servers.mediawiki import MediaWiki as Wiki
from tests.platforms.test_contract import send

pytestmark = pytest.mark.platforms
NEXT_YEAR = clock.now().replace(microsecond=0) + timedelta(days=365)


@pytest.fixture
def rig(started: Started) -> Wiki:
    found = started.rig("mediawiki")
    assert isinstance(found, Wiki)
    return found


@pytest.fixture
def connector(rig: Wiki) -> Iterator[MediaWiki]:
    made = mediawiki.build(rig.reach())
    assert isinstance(made, MediaWiki)
    yield made
    made._caller.close()


@pytest.fixture
def someone(rig: Wiki) -> str:
    """An administrator who isn't ours."""
    name = rig.new_account()
    rig.as_user("Admin", "userrights", token="userrights", user=name, add="sysop")
    return name


def block_of(rig: Wiki, account: str) -> dict[str, str]:
    asked = {"list": "users", "ususers": account, "usprop": "blockinfo"}
    [user] = rig.ask("Admin", action="query", **asked)["query"]["users"]
    return user


def test_a_block_tells_its_end_and_what_it_rests_on(rig: Wiki, connector: MediaWiki) -> None:
    account = rig.new_account()
    send(connector, account, until=NEXT_YEAR)
    block = block_of(rig, account)
    assert block["blockexpiry"] == NEXT_YEAR.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert block["blockreason"].startswith("spam [")


def test_a_block_of_ours_takes_a_new_end(rig: Wiki, connector: MediaWiki) -> None:
    account = rig.new_account()
    send(connector, account)
    assert send(connector, account, until=NEXT_YEAR).outcome == "applied"
    assert block_of(rig, account)["blockexpiry"] == NEXT_YEAR.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_block_of_ours_to_the_same_end_stands(rig: Wiki, connector: MediaWiki) -> None:
    account = rig.new_account()
    send(connector, account, until=NEXT_YEAR)
    assert send(connector, account, until=NEXT_YEAR).outcome == "already"


def test_a_longer_block_that_somebody_else_set_stands(rig: Wiki, connector: MediaWiki, someone: str) -> None:
    account = rig.new_account()
    rig.as_user(someone, "block", user=account, expiry="never")
    assert send(connector, account, until=NEXT_YEAR).outcome == "already"
    assert block_of(rig, account)["blockexpiry"] == "infinite"


def test_a_shorter_block_that_somebody_else_set_is_made_longer(rig: Wiki, connector: MediaWiki, someone: str) -> None:
    account = rig.new_account()
    rig.as_user(someone, "block", user=account, expiry="1 day")
    assert send(connector, account, until=NEXT_YEAR).outcome == "applied"


def test_a_block_that_somebody_else_set_is_not_lifted(rig: Wiki, connector: MediaWiki, someone: str) -> None:
    account = rig.new_account()
    rig.as_user(someone, "block", user=account, expiry="never")
    answer = send(connector, account, "reinstate")
    assert (answer.outcome, someone in answer.error) == ("refused", True)
    assert not rig.can_act(account)


def test_a_block_of_some_pages_is_no_suspension(rig: Wiki, connector: MediaWiki, someone: str) -> None:
    account = rig.new_account()
    rig.as_user(someone, "block", user=account, expiry="never", partial="1", pagerestrictions="Main Page")
    assert connector.look_up(account).standing == "active"
    assert send(connector, account).outcome == "applied"
    assert connector.look_up(account).standing == "suspended"


@pytest.mark.parametrize("address", ["192.0.2.7", "192.0.2.0/24", "2001:db8::1", "#1", " 192.0.2.7 "])
def test_whoever_comes_from_an_address_is_no_account(rig: Wiki, connector: MediaWiki, address: str) -> None:
    assert send(connector, address).outcome == "refused"
    assert "blockid" not in block_of(rig, address.strip())


def test_the_bot_itself_is_never_blocked(connector: MediaWiki) -> None:
    assert send(connector, "admin").outcome == "refused"


def test_an_end_that_is_past_is_refused(rig: Wiki, connector: MediaWiki) -> None:
    answer = send(connector, rig.new_account(), until=datetime(2020, 1, 1, tzinfo=UTC))
    assert (answer.outcome, answer.error.partition(":")[0]) == ("refused", "ipb_expiry_old")


def test_fifty_are_looked_up_at_once_in_any_spelling(rig: Wiki, connector: MediaWiki) -> None:
    accounts = [rig.new_account() for _ in range(3)]
    send(connector, accounts[1])
    names = [accounts[2].replace(" ", "_"), *(f"Nobody {number}" for number in range(46)), "A|B", *accounts[:2]]
    standings = [look.standing for look in connector.look_up_many(names)]
    assert standings == ["active", *["no_account"] * 47, "active", "suspended"]


def test_a_session_that_the_wiki_forgot_is_followed_by_another(rig: Wiki, connector: MediaWiki) -> None:
    send(connector, rig.new_account())
    for name in list(connector._session._cookies):
        connector._session._cookies[name] = "gone"
    assert send(connector, rig.new_account()).outcome == "applied"


def test_a_worn_out_token_is_followed_by_another(rig: Wiki, connector: MediaWiki) -> None:
    send(connector, rig.new_account())
    connector._session._token = "worn out+\\"
    assert send(connector, rig.new_account()).outcome == "applied"
