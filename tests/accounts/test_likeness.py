"""Likeness: which texts, handles and links count as the same."""

import pytest

from accounts.models import Link, Post
from accounts.rules import likeness
from accounts.services import posts
from accounts.services.posts import PostFacts
from common import clock
from tests.cast import an_account

SAME = [
    "Rollover crash snarls traffic in Chula Vista",
    "ROLLOVER crash snarls traffic in Chula Vista!!! https://t.co/abc",
    "RT @somebody: Rollover crash snarls  traffic in #Chula Vista",
    "@one @two Rollover crash snarls traffic in Chula Vista …",
]


@pytest.mark.parametrize("text", SAME)
def test_links_mentions_case_and_marks_make_no_difference(text: str):
    assert likeness.text_key(text) == likeness.text_key(SAME[0]) != likeness.NONE


def test_another_word_makes_one():
    assert likeness.text_key(SAME[0]) != likeness.text_key(SAME[0].replace("crash", "fire"))


def test_arabic_is_the_same_with_and_without_its_marks():
    assert likeness.text_key("كَتَبَ الــمُحَرِّرُ خَبَرًا جديدا") == likeness.text_key("كتب المحرر خبرا جديدا") != likeness.NONE


@pytest.mark.parametrize("text", ["", "Good morning", "@one https://t.co/abc", "!!!"])
def test_a_text_that_is_the_same_by_chance_has_no_fingerprint(text: str):
    assert likeness.text_key(text) == likeness.NONE


@pytest.mark.parametrize(
    ("handle", "pattern"),
    [
        ("maria_1983", "maria#"),
        ("Maria7", "maria#"),
        ("DailySanDiego", "Daily…"),
        ("DailyLosAngeles", "Daily…"),
        ("nothing", ""),
        ("ab12", ""),
        ("TenNews", ""),
    ],
)
def test_how_a_handle_is_made(handle: str, pattern: str):
    assert likeness.handle_pattern(handle) == pattern


def test_hosts_without_what_every_link_goes_through():
    text = "See https://www.Example.org/a?b and http://user@news.example:8080/x, https://t.co/abc"
    assert likeness.hosts_in(text) == {"example.org", "news.example"}


def test_a_key_fits_into_a_bigint():
    keys = [likeness.text_key(f"A text that is long enough, number {number}") for number in range(1000)]
    assert all(-(2**63) <= key < 2**63 for key in keys)
    assert len(set(keys)) == 1000


@pytest.mark.django_db
def test_a_captured_post_has_its_fingerprint_and_its_links():
    account = an_account()
    text = SAME[0] + " https://news.example/1"
    assert posts.capture([PostFacts(account_id=account.pk, external_id="1", text=text)], at=clock.now()) == 1
    assert Post.objects.get().fingerprint == likeness.text_key(SAME[0])
    assert list(Link.objects.values_list("account", "host")) == [(account.pk, "news.example")]


@pytest.mark.django_db
def test_an_account_has_the_keys_of_what_was_said_last():
    an_account("one", handle="maria1", bio="We report what others keep to themselves. https://news.example")
    account = an_account("one", handle="maria1")
    assert account.bio_key == likeness.text_key("We report what others keep to themselves.")
    assert list(account.links.values_list("host", flat=True)) == ["news.example"]
    account = an_account("one", handle="renamed", bio="")
    assert (account.handle_key, account.bio_key) == (likeness.NONE, likeness.NONE)
