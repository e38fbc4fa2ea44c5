"""Accounts and what they did, as they are sent: the same words in the API and in import files. Shape and syntax only.

Every field but the keys may be left out (or null): "not said" leaves what is stored.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from accounts.choices import MessengerGroup, ProtectedClass, Stance
from common import limits
from common.closed_sets import one_of
from common.texts import composed

# No text holds NUL: PostgreSQL can't store it. `$` alone would let a last line break through.
Text200 = Annotated[str, Meta(max_length=200, pattern=r"^[^\u0000]*$")]
Text400 = Annotated[str, Meta(max_length=400, pattern=r"^[^\u0000]*$")]
LongText = Annotated[str, Meta(max_length=100_000, pattern=r"^[^\u0000]*$")]
Key = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=300,
        pattern=r"^[^\u0000]+$",
        description="Any characters but NUL",
        examples=["ira:10_gop"],
    ),
]
Handle = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\u0000]+$", examples=["10_gop"])]
Slug = Annotated[str, Meta(max_length=60, pattern=r"^[a-z0-9-]*(?!\n)$", examples=["simulator"])]
Url = Annotated[str, Meta(max_length=1000, pattern=r"^(https?://[^\s\u0000]+)?(?!\n)$", description="http or https")]
Language = Annotated[
    str,
    Meta(
        max_length=35, pattern=r"^([A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*)?(?!\n)$", description="BCP 47, for example pt-BR"
    ),
]
Country = Annotated[str, Meta(pattern=r"^([A-Z]{2})?(?!\n)$", description="ISO 3166-1, two letters")]
Count = Annotated[int, Meta(ge=0, le=limits.COUNT)]
Average = Annotated[float, Meta(ge=0, le=limits.COUNT)]
Moment = Annotated[datetime, Meta(tz=True, description="RFC 3339 with an offset")]
Month = Annotated[str, Meta(pattern=r"^[12]\d{3}-(0[1-9]|1[0-2])(?!\n)$", description="YYYY-MM")]
Protected = Annotated[
    Literal["", "journalist", "elected_official", "public_institution", "minor"], one_of(ProtectedClass)
]
StanceName = Annotated[Literal["promoting", "countering", "neutral"], one_of(Stance)]
GroupName = Annotated[
    Literal["", "government_body", "religious_leader", "school", "youth_leader", "advocacy_group"],
    one_of(MessengerGroup),
]


class Sent(Struct, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What all shapes share: unknown fields are refused by name, and what wasn't said isn't written out."""


class AccountIn(Sent, kw_only=True):
    """An account, as a flag names it."""

    external_id: Key
    handle: Handle
    display_name: Text400 | None = None
    bio: LongText | None = None
    url: Url | None = None
    language: Language | None = None
    country: Country | None = None
    followers: Annotated[Count | None, Meta(examples=[165])] = None
    following: Count | None = None
    posts: Count | None = None
    created_on: date | None = None
    protected_class: Protected | None = None

    def __post_init__(self) -> None:
        """Raises ValueError for a text that fits as it was sent, but not as it is stored: a few characters grow when
        they are composed."""
        for name, most in (("handle", 200), ("display_name", 400), ("url", 1000)):
            if len(composed(getattr(self, name) or "")) > most:
                raise ValueError(f"{name}: longer than {most} characters in composed form (NFC)")


class PlatformAccountIn(AccountIn, kw_only=True):
    """An account with its platform, as it is sent by itself."""

    platform: Slug = ""


class AccountLine(PlatformAccountIn, kw_only=True):
    """A line of `import accounts`: also what the platform did, when it was seen, and its part in a topic."""

    platform_state: Literal["", "active", "suspended", "gone"] | None = None
    platform_state_by: date | None = None
    first_seen_at: Moment | None = None
    last_seen_at: Moment | None = None
    attributes: dict[str, Any] | None = None
    stance: StanceName | None = None
    messenger_group: GroupName = ""
    theme: Annotated[str, Meta(max_length=80)] = ""


class ObservationLine(Sent, kw_only=True):
    """A line of `import observations`: what an account did in a month. `account` is its external id."""

    account: Key
    month: Month
    posts: Count
    platform: Slug = ""
    reposts: Count | None = None
    languages: dict[str, Count] = {}
    followers_last: Count | None = None
    followers_max: Count | None = None
    followers_mean: Average | None = None
    following_last: Count | None = None
    posts_last: Count | None = None


class ActivityIn(Sent, kw_only=True):
    """A tally: posts of a topic on a platform, by day, language, stance, messenger group and theme."""

    day: date
    stance: StanceName
    posts: Count
    platform: Slug = ""
    topic: Slug = ""
    language: Language = ""
    messenger_group: GroupName = ""
    theme: Annotated[str, Meta(max_length=80)] = ""
    reposts: Count | None = None
    accounts: Count | None = None
    reach: Count | None = None


class MediumIn(Sent, kw_only=True):
    """A picture or recording of a post: where it was, its media type, its hash as hexadecimal."""

    url: Url = ""
    type: Annotated[str, Meta(max_length=100)] = ""
    hash: Annotated[str, Meta(max_length=200)] = ""


class PostIn(Sent, kw_only=True):
    """A post, as a flag brings it as evidence. Its external id is unique within the account."""

    external_id: Key
    text: Annotated[LongText, Meta(examples=["City council considers a ballot measure"])]
    language: Language = ""
    posted_at: Moment | None = None
    url: Url = ""
    media: Annotated[list[MediumIn], Meta(max_length=20)] = []


class PostLine(PostIn, kw_only=True):
    """A line of `import posts`: the post, and the external id of its account."""

    account: Key
    platform: Slug = ""
    kind: Literal["", "original", "repost", "quote"] = ""
