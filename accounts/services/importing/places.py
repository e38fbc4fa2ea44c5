"""Where lines go: platforms, topics and accounts, by the names that lines use."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from accounts.models import Platform, Topic
from accounts.selectors.accounts import ids_by_external_id, platforms_by_slug
from accounts.selectors.topics import get_topic
from accounts.shapes import ObservationLine, PostLine
from common.errors import DomainError

Thing = TypeVar("Thing")


@dataclass
class Places:
    """Where lines go that name no platform or topic themselves, and what is known of those that do. Takes slugs, which
    may be empty. Raises Invalid or NotFound when a default isn't known."""

    platform: str = ""
    topic: str = ""
    _platforms: dict[str, Platform | None] = field(default_factory=dict)
    _topics: dict[str, Topic | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.platform:
            self._platforms = dict(platforms_by_slug([self.platform]))
        if self.topic:
            self._topics = {self.topic: get_topic(self.topic)}

    @property
    def destination(self) -> str:
        return f"{self.platform} {self.topic}".strip()

    def find_platform(self, slug: str) -> Platform | None:
        """The platform a line names, or the default. None when there is none."""
        return _remembered(self._platforms, slug or self.platform, lambda name: platforms_by_slug([name])[name])

    def find_topic(self, slug: str) -> Topic | None:
        """The topic a line names, or the default. None when there is none."""
        return _remembered(self._topics, slug or self.topic, get_topic)

    def account_ids(self, rows: Iterable[ObservationLine | PostLine]) -> dict[tuple[str, str], UUID]:
        """The ids of the accounts that `rows` name, by (platform as written, external id)."""
        named: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            named[row.platform].add(row.account)
        return {
            (slug, external_id): pk
            for slug, external_ids in named.items()
            if (platform := self.find_platform(slug))
            for external_id, pk in ids_by_external_id(platform, external_ids).items()
        }

    def missing_account(self, row: ObservationLine | PostLine) -> str:
        """Why `row` finds no account."""
        if self.find_platform(row.platform) is None:
            return self.missing_platform(row.platform)
        return f"account: {row.account!r} is not known on {row.platform or self.platform!r}. Import accounts first."

    def missing_platform(self, slug: str) -> str:
        """Why a line finds no platform."""
        if slug:
            return f"platform: {slug!r} is not known here. Add it with `manage.py platform create`."
        return "platform: say it in the line, or for all lines with --platform."


def _remembered(known: dict[str, Thing | None], slug: str, look_up: Callable[[str], Thing]) -> Thing | None:
    if slug and slug not in known:
        try:
            known[slug] = look_up(slug)
        except DomainError:
            known[slug] = None
    return known.get(slug)
