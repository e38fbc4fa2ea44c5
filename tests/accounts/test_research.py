"""How the research data's words become ours. Every trap here is real."""

from datetime import date

import pytest

from accounts.rules import research
from accounts.rules.research import last_day

TROLL = {
    "account": "ira:Politkach2329889815",
    "platform": "twitter",
    "handle": "Politkach",
    "display_name": None,
    "external_id": "2329889815",
    "external_id_source_rounded": "2330000000",
    "followers": 8732,
    "following": 545,
    "updates": 6489,
    "followers_mean": 8973.8053,
    "posts_observed": 832,
    "language": "ru",
    "languages": {"ru": 692, "sr": 50},
    "region": "United Arab Emirates",
    "first_seen": "2015-05-13T12:46:00Z",
    "last_seen": "2017-07-28T12:58:00Z",
    "category": "NonEnglish",
    "account_type": "Russian",
    "side": None,
    "outcome": "suspended",
    "outcome_by": "2017-11",
    "source": "ira",
}
OFFICIAL = TROLL | {
    "account": "congress:R000600",
    "followers": None,
    "updates": None,
    "category": "Official",
    "outcome": "kept",
    "outcome_by": None,
    "external_id": None,
}


def test_the_key_is_the_data_s_own_name_and_never_its_ids() -> None:
    line = research.account(TROLL)
    assert line["external_id"] == "ira:Politkach2329889815"
    assert line["attributes"]["source_external_id"] == "2329889815"


def test_posts_are_the_updates_and_not_the_observed_ones() -> None:
    assert research.account(TROLL)["posts"] == 6489


def test_a_region_is_not_a_country() -> None:
    line = research.account(TROLL)
    assert "country" not in line
    assert "region" not in line["attributes"]


def test_what_the_platform_did_has_the_last_day_of_its_month() -> None:
    line = research.account(TROLL)
    assert (line["platform_state"], line["platform_state_by"]) == ("suspended", date(2017, 11, 30))


def test_officials_are_protected_active_and_not_tracked() -> None:
    line = research.account(OFFICIAL)
    assert line["protected_class"] == "elected_official"
    assert (line["platform_state"], line["platform_state_by"]) == ("active", None)
    assert line["stance"] is None


def test_unknown_counts_stay_unknown() -> None:
    line = research.account(OFFICIAL)
    assert (line["followers"], line["posts"]) == (None, None)


@pytest.mark.parametrize(("side", "stance"), [("A", "promoting"), ("B", "countering"), (None, "neutral")])
def test_sides_stand_in_for_stances(side: str | None, stance: str) -> None:
    assert research.account(TROLL | {"side": side})["stance"] == stance


@pytest.mark.parametrize(
    ("category", "stance"), [("RightTroll", "promoting"), ("LeftTroll", "countering"), ("NewsFeed", "neutral")]
)
def test_a_day_s_category_is_its_theme_and_tells_the_stance(category: str, stance: str) -> None:
    row = {
        "date": "2017-08-01",
        "category": category,
        "lang": "en",
        "posts": "3",
        "retweets": "1",
        "active_accounts": "2",
    }
    line = research.activity(row)
    assert (line["theme"], line["stance"], line["accounts"]) == (category, stance, "2")


def test_a_retweet_is_a_repost() -> None:
    row = {"account": "a", "post": "a:1", "text": "x", "lang": "en", "at": "2017-08-01T00:00:00Z", "kind": "retweet"}
    assert research.post(row)["kind"] == "repost"


def test_a_leap_february_has_29_days() -> None:
    assert last_day("2016-02") == date(2016, 2, 29)
