"""Snapshots and posts: facts that are taken once."""

import pytest

from accounts.models import Post, Snapshot
from accounts.services import posts, snapshots
from accounts.services.posts import PostFacts
from tests.cast import an_account
from tests.conftest import NOON

pytestmark = pytest.mark.django_db


def test_snapshots_come_back_in_the_order_given() -> None:
    one, two = an_account("1"), an_account("2")
    ids = snapshots.take([(two.pk, 2, None, None), (one.pk, None, 1, 0)], at=NOON, cause="flag")
    taken = Snapshot.objects.in_bulk(ids)
    assert [(taken[pk].account_id, taken[pk].followers, taken[pk].posts) for pk in ids] == [
        (two.pk, 2, None),
        (one.pk, None, 0),
    ]
    assert snapshots.take([], at=NOON, cause="flag") == []


def test_the_same_words_have_the_same_hash_however_they_were_typed() -> None:
    assert posts.content_hash("Caf\u00e9") == posts.content_hash("Cafe\u0301")
    assert posts.content_hash("Cafe") != posts.content_hash("Caf\u00e9")


def test_a_post_is_captured_once_and_never_edited() -> None:
    account = an_account()
    first = PostFacts(account_id=account.pk, external_id="p", text="first")
    second = PostFacts(account_id=account.pk, external_id="p", text="second")
    assert posts.capture([first, second], at=NOON) == 1
    assert posts.capture([second], at=NOON) == 0
    assert Post.objects.get().text == "first"


def test_media_stand_as_they_were_sent() -> None:
    account = an_account()
    medium = {"url": "https://example.org/a.jpg", "type": "image/jpeg", "hash": "ab"}
    posts.capture([PostFacts(account_id=account.pk, external_id="p", text="", media=[medium])], at=NOON)
    assert Post.objects.get().media == [medium]
