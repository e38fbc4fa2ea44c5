"""The one interface between the ledger and platforms: what a connector can do, is asked, and answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Final, Protocol, cast
from urllib.parse import urlsplit
from uuid import UUID

from common.errors import Invalid
from takedowns.choices import Outcome, Standing

MOST_COUNTED: Final = 2**63  # what our columns hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a platform promises, and what its connector needs.

    `is_idempotent`: a second request with the same id has no second effect. `can_be_asked`: `look_up` tells an
    account's state. `bulk_size`: actions per call of `send`; `concurrency`: calls at the same time in one worker.
    `timeout_seconds`: the longest a call takes. `settles_within_seconds`: the longest after which a request that was
    given up on may still take effect; only after that does "not done" count.
    """

    is_idempotent: bool
    can_be_asked: bool
    bulk_size: int
    concurrency: int
    timeout_seconds: float
    settles_within_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to make true on the platform. `id` stays the same over all attempts: the idempotency key."""

    id: UUID
    kind: str
    external_id: str
    until: datetime | None
    policy: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one action.

    `applied`, `already`: it is so now. `refused`, `no_account`: never by this request. `retry`: not now, surely
    without effect. `not_sent`: surely never arrived. `ambiguous`: it may have taken effect, or may yet; a connector
    answers so whenever it can't rule that out. `retry_after_seconds` is what the platform asked for, for all requests.
    """

    outcome: Outcome
    status_code: int | None = None
    error: str = ""
    retry_after_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a platform says of an account beside its standing; None: not said."""

    handle: str | None = None
    display_name: str | None = None
    bio: str | None = None
    followers: int | None = None
    following: int | None = None
    posts: int | None = None


NOTHING_SAID = Profile()


@dataclass(frozen=True, slots=True)
class Look:
    """The answer to a look-up. `standing` is `unclear` when the platform did not say, and `no_account` only when it
    said that there is no such account."""

    standing: Standing
    status_code: int | None = None
    error: str = ""
    retry_after_seconds: float = 0.0
    profile: Profile = NOTHING_SAID


def read_profile(said: Mapping[str, object]) -> Profile:
    """The profile in a platform's answer: what isn't there, or isn't what it should be, counts as not said."""
    texts = {name: said[name] for name in ("handle", "display_name", "bio") if isinstance(said.get(name), str)}
    counts = {
        name: said[name]
        for name in ("followers", "following", "posts")
        if type(said.get(name)) is int and 0 <= cast(int, said[name]) < MOST_COUNTED
    }
    return Profile(**{name: value for name, value in texts.items() if value}, **counts)  # type: ignore[arg-type]


class Connector(Protocol):
    """How one platform is reached. Used from several threads at once; keeps no record of its own."""

    @property
    def capabilities(self) -> Capabilities:
        """What dispatch may expect of it."""
        ...

    def send(self, actions: Sequence[Action]) -> list[Answer]:
        """Make them true. Takes at most `bulk_size`. Returns one answer per action, in their order.

        Raises nothing for what a platform or a network may do. What it raises all the same counts as `ambiguous`.
        """
        ...

    def look_up(self, external_id: str) -> Look:
        """Ask for one account's state, and its profile where the platform tells it. Changes nothing there. Called only
        when `can_be_asked`."""
        ...


def checked_url(url: str) -> str:
    """`url` without a trailing slash, when requests may be sent there: https, or http to this machine.

    Raises Invalid. A platform's URL is set at the shell alone, so loopback is no way in from outside.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https" and host:
        return url.rstrip("/")
    if parts.scheme == "http" and _is_loopback(host):
        return url.rstrip("/")
    raise Invalid(f"{url!r} is no address to send takedowns to: give an https URL, or http to this machine.")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
