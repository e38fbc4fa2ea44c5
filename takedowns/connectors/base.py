"""The one interface between the ledger and platforms: what a connector can do, is asked, and answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from typing import Final, Protocol, cast
from urllib.parse import urlsplit
from uuid import UUID

from django.utils.functional import Promise

from common.errors import Invalid
from takedowns.choices import Outcome, Standing

Text = str | Promise
"""What people read: a text, or one that is translated when it is shown (`gettext_lazy`)."""
MOST_COUNTED: Final = 2**63  # what our columns hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a platform promises, and what its connector needs.

    `is_idempotent`: a second request with the same id has no second effect. `can_be_asked`: `look_up` tells an
    account's state. `bulk_size`: actions per call of `send`; `looks_at_once`: accounts per call of `look_up_many`;
    `concurrency`: calls at the same time in one worker. `ends_by_itself`: the platform itself ends a suspension at its
    `until`. `by_hand`: nothing is ever sent; people do it, from a list (`takedowns.services.by_hand`).
    `timeout_seconds`: the longest a call takes. `settles_within_seconds`: the longest after which a request that was
    given up on may still take effect; only after that does "not done" count.
    """

    is_idempotent: bool
    can_be_asked: bool
    bulk_size: int
    concurrency: int
    timeout_seconds: float
    settles_within_seconds: float
    looks_at_once: int = 1
    ends_by_itself: bool = False
    by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to make true on the platform. `id` stays the same over all attempts: the idempotency key. `attempt`
    counts them: with 2 or more, one before may have taken effect all the same."""

    id: UUID
    kind: str
    external_id: str
    until: datetime | None
    policy: str
    attempt: int = 1


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


@dataclass(frozen=True, slots=True)
class Reach:
    """How a platform is reached: its address, what its connector wants to know (pairs of name and text), and its secret
    in the clear."""

    url: str = ""
    settings: tuple[tuple[str, str], ...] = ()
    secret: str = field(default="", repr=False)

    def setting(self, name: str) -> str:
        """What was said under this name; empty when nothing was."""
        return dict(self.settings).get(name, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One thing that a connector wants to know beside the address and the secret: a field of its form.

    `label` and `help` are marked for translation (`gettext_lazy`). With `choices`, it is one of them.
    """

    name: str
    label: Text
    help: Text = ""
    is_required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of platform: how a connector for one is built, and what must be said for it.

    `build` raises Invalid, naming the field (`url`, `secret` or a setting), for what can't be right. `secret_label` is
    empty when there is no secret; `new_secret` makes one where we choose it. `requests_per_minute` is what platforms of
    the kind take, where that is known: a new one's limit, unless another is said.
    """

    title: Text
    build: Callable[[Reach], "Connector"]
    url_help: Text = ""
    secret_label: Text = ""
    new_secret: Callable[[], str] | None = None
    settings: tuple[Setting, ...] = ()
    requests_per_minute: int | None = None


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

    def look_up_many(self, external_ids: Sequence[str]) -> list[Look]:
        """The same for several, in their order; takes at most `looks_at_once`."""
        ...

    def check(self) -> str:
        """Whether takedowns would get through, without changing anything there: "" when they would, else a sentence on
        what to do about it, for the person who set the platform up."""
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
