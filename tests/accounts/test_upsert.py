"""Accounts are written in sets."""

from datetime import date

import pytest

from accounts.models import Account
from accounts.services import accounts
from accounts.services.accounts import AccountFacts
from tests.cast import a_platform, an_account

pytestmark = pytest.mark.django_db


def upsert(*facts: AccountFacts) -> list[Account]:
    ids = accounts.upsert(facts, platforms={"simulator": a_platform()})
    found = Account.objects.in_bulk(ids)
    return [found[pk] for pk in ids]


def facts(external_id: str = "a", handle: str = "a", **said: object) -> AccountFacts:
    return AccountFacts(platform="simulator", external_id=external_id, handle=handle, **said)  # type: ignore[arg-type]


def test_ids_come_back_in_the_order_given() -> None:
    found = upsert(facts("z"), facts("a"), facts("m"), facts("a"))
    assert [account.external_id for account in found] == ["z", "a", "m", "a"]
    assert Account.objects.count() == 3


def test_what_is_not_said_stays() -> None:
    upsert(facts(bio="old", followers=5, created_on=date(2015, 1, 2)))
    [account] = upsert(facts(handle="new"))
    assert (account.handle, account.bio, account.followers, account.created_on) == ("new", "old", 5, date(2015, 1, 2))


def test_what_is_not_known_is_null_and_never_0() -> None:
    [account] = upsert(facts())
    assert (account.followers, account.following, account.posts, account.display_name) == (None, None, None, "")


def test_a_zero_is_said() -> None:
    upsert(facts(followers=5, display_name="Ann"))
    [account] = upsert(facts(followers=0, display_name=""))
    assert (account.followers, account.display_name) == (0, "")


def test_the_same_account_twice_in_one_call_is_merged() -> None:
    first, second = upsert(facts(followers=5, bio="one"), facts(followers=None, bio="two"))
    assert first == second
    assert (first.followers, first.bio) == (5, "two")


def test_attributes_are_added_key_by_key() -> None:
    upsert(facts(attributes={"category": "x", "source": "one"}))
    [account] = upsert(facts(attributes={"source": "two"}))
    assert account.attributes == {"category": "x", "source": "two"}


def test_an_account_that_says_so_already_is_not_rewritten() -> None:
    before = an_account("a", handle="a", followers=5).updated_at
    [account] = upsert(facts(followers=5))
    assert account.updated_at == before


def test_handles_do_not_identify() -> None:
    one, two = upsert(facts("1", handle="same"), facts("2", handle="same"))
    assert one != two


def test_any_character_may_stand_in_an_external_id() -> None:
    odd = 'a/b?c=d&"é\\{},NULL'
    [account] = upsert(facts(odd))
    assert account.external_id == odd


def test_nothing_is_nothing() -> None:
    assert upsert() == []
