"""How the rows of the shipped research data become lines in our own words (`accounts.shapes`). Pure.

What the data set calls `account` is the only key: its `external_id` was rounded by a spreadsheet for many rows and is
shared by others, and one handle can belong to two accounts, so neither ever identifies. Unknown counts stay unknown.
The data's `platform` is where it was observed; ours is where the account is put (`--platform`).
"""

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

Row = Mapping[str, Any]
Translation = Callable[[Row], dict[str, Any]]
_STANCES: Final = {"A": "promoting", "B": "countering", "RightTroll": "promoting", "LeftTroll": "countering"}
_STATES: Final = {"suspended": "suspended", "kept": "active"}
_KINDS: Final = {"retweet": "repost"}
_OUR_OWN: Final = frozenset(
    {"account", "handle", "display_name", "language", "followers", "following", "updates", "first_seen", "last_seen"}
)
_DROPPED: Final = frozenset({"region"})  # where the researchers' tool placed a post; not the account's country
_OF_THE_SOURCE: Final = {"platform": "observed_on", "external_id": "source_external_id"}


def account(row: Row) -> dict[str, Any]:
    """An account's row as a line of `import accounts`. Accounts of the influence operation get a stance: they are
    tracked for the topic; officials are protected and get none. Everything we have no word for becomes an attribute.
    """
    is_official = row["category"] == "Official"
    return {
        "external_id": row["account"],
        "handle": row["handle"],
        "display_name": row["display_name"],
        "language": row["language"],
        "followers": row["followers"],
        "following": row["following"],
        "posts": row["updates"],
        "protected_class": "elected_official" if is_official else None,
        "platform_state": _STATES[row["outcome"]],
        "platform_state_by": last_day(row["outcome_by"]),
        "first_seen_at": row["first_seen"],
        "last_seen_at": row["last_seen"],
        "attributes": _attributes(row),
        "stance": None if is_official else _STANCES.get(row["side"], "neutral"),
        "theme": "" if is_official else row["category"],
    }


def observation(row: Row) -> dict[str, Any]:
    """An account's month as a line of `import observations`."""
    return {
        "account": row["account"],
        "month": row["month"],
        "posts": row["posts"],
        "reposts": row["retweets"],
        "languages": row["langs"],
        "followers_last": row["followers_last"],
        "followers_max": row["followers_max"],
        "followers_mean": row["followers_mean"],
        "following_last": row["following_last"],
        "posts_last": row["updates_last"],
    }


def activity(row: Row) -> dict[str, Any]:
    """A day's row (of the CSV) as a line of `import activity`: the category is the theme, and tells the stance."""
    return {
        "day": row["date"],
        "theme": row["category"],
        "language": row["lang"],
        "stance": _STANCES.get(row["category"], "neutral"),
        "posts": row["posts"],
        "reposts": row["retweets"],
        "accounts": row["active_accounts"],
    }


def post(row: Row) -> dict[str, Any]:
    """A post's row as a line of `import posts`."""
    return {
        "account": row["account"],
        "external_id": row["post"],
        "text": row["text"],
        "language": row["lang"],
        "posted_at": row["at"],
        "kind": _KINDS.get(row["kind"], row["kind"]),
    }


MAPPINGS: Final[dict[str, Translation]] = {
    "accounts": account,
    "observations": observation,
    "activity": activity,
    "posts": post,
}


def last_day(month: str | None) -> date | None:
    """The last day of "2017-11": the data only tells by which list of that month an account was suspended."""
    if month is None:
        return None
    year, number = (int(part) for part in month.split("-"))
    return date(year, number, monthrange(year, number)[1])


def _attributes(row: Row) -> dict[str, Any]:
    return {
        _OF_THE_SOURCE.get(name, name): value
        for name, value in row.items()
        if name not in _OUR_OWN and name not in _DROPPED and value is not None
    }
