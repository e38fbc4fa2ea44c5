"""What lines can be imported as: accounts, observations, activity, posts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from accounts.models import Platform, Topic
from accounts.services import accounts, observations, posts, topics
from accounts.services.accounts import AccountFacts
from accounts.services.importing.places import Places
from accounts.services.observations import ObservationFacts
from accounts.services.posts import PostFacts
from accounts.services.topics import Tally, Tracked
from accounts.shapes import AccountLine, ActivityIn, ObservationLine, PostLine
from common import clock
from common.clock import in_utc
from staff.actors import Actor
from staff.permissions import Permission


@dataclass(frozen=True)
class Accounts:
    """Lines are accounts. With a topic, those that say their stance are tracked for it."""

    what: ClassVar[str] = "accounts"
    shape: ClassVar[type[AccountLine]] = AccountLine
    permission: ClassVar[Permission] = Permission.WRITE_ACCOUNTS
    actor: Actor
    places: Places

    @property
    def destination(self) -> str:
        return self.places.destination

    def store(self, rows: Sequence[AccountLine]) -> list[str]:
        found = [self.places.find_platform(row.platform) for row in rows]
        good = [(row, platform) for row, platform in zip(rows, found, strict=True) if platform]
        facts = [_facts(row, platform.slug) for row, platform in good]
        ids = accounts.upsert(facts, platforms={platform.slug: platform for _, platform in good})
        self._track([row for row, _ in good], ids)
        return [
            "" if platform else self.places.missing_platform(row.platform)
            for row, platform in zip(rows, found, strict=True)
        ]

    def _track(self, rows: Sequence[AccountLine], ids: Sequence[UUID]) -> None:
        if topic := self.places.find_topic(""):
            tracked = [
                Tracked(pk, row.stance, row.messenger_group, row.theme)
                for row, pk in zip(rows, ids, strict=True)
                if row.stance
            ]
            topics.track(self.actor, topic=topic, rows=tracked)


@dataclass(frozen=True)
class Observations:
    """Lines are what accounts did in a month."""

    what: ClassVar[str] = "observations"
    shape: ClassVar[type[ObservationLine]] = ObservationLine
    permission: ClassVar[Permission] = Permission.WRITE_ACCOUNTS
    places: Places

    @property
    def destination(self) -> str:
        return self.places.destination

    def store(self, rows: Sequence[ObservationLine]) -> list[str]:
        ids = self.places.account_ids(rows)
        good = [(row, ids[row.platform, row.account]) for row in rows if (row.platform, row.account) in ids]
        observations.observe([_observation(row, pk) for row, pk in good])
        return _answers(rows, ids, self.places)


@dataclass(frozen=True)
class Posts:
    """Lines are posts, captured as evidence."""

    what: ClassVar[str] = "posts"
    shape: ClassVar[type[PostLine]] = PostLine
    permission: ClassVar[Permission] = Permission.WRITE_ACCOUNTS
    places: Places

    @property
    def destination(self) -> str:
        return self.places.destination

    def store(self, rows: Sequence[PostLine]) -> list[str]:
        ids = self.places.account_ids(rows)
        good = [(row, ids[row.platform, row.account]) for row in rows if (row.platform, row.account) in ids]
        posts.capture([_post(row, pk) for row, pk in good], at=clock.now())
        return _answers(rows, ids, self.places)


@dataclass(frozen=True)
class Activity:
    """Lines are tallies of a topic."""

    what: ClassVar[str] = "activity"
    shape: ClassVar[type[ActivityIn]] = ActivityIn
    permission: ClassVar[Permission] = Permission.WRITE_ACTIVITY
    actor: Actor
    places: Places

    @property
    def destination(self) -> str:
        return self.places.destination

    def store(self, rows: Sequence[ActivityIn]) -> list[str]:
        tallies: dict[UUID, tuple[Topic, list[Tally]]] = {}
        answers = []
        for row in rows:
            platform, topic = self.places.find_platform(row.platform), self.places.find_topic(row.topic)
            answers.append(self._refusal(row, platform, topic))
            if platform and topic and not answers[-1]:
                tallies.setdefault(topic.pk, (topic, []))[1].append(Tally.of(row, platform.pk))
        for topic, cells in tallies.values():
            topics.tally(self.actor, topic=topic, rows=cells)
        return answers

    def _refusal(self, row: ActivityIn, platform: Platform | None, topic: Topic | None) -> str:
        if platform is None:
            return self.places.missing_platform(row.platform)
        if topic is None:
            return f"topic: {row.topic!r} is not known." if row.topic else "topic: say it, or give --topic."
        fault = clock.fault_of_day(row.day)
        return fault and f"day: {fault}."


_OF_THE_TOPIC = frozenset({"stance", "messenger_group", "theme"})


def _facts(sent: AccountLine, platform: str) -> AccountFacts:
    """What somebody sent of an account as facts, on `platform` (a slug) unless it says its own."""
    said = {name: getattr(sent, name) for name in sent.__struct_fields__ if name not in _OF_THE_TOPIC}
    moments = {name: in_utc(said[name], name) for name in ("first_seen_at", "last_seen_at")}
    clock.known_day(sent.created_on, "created_on")
    return AccountFacts(**(said | moments | {"platform": sent.platform or platform}))


def _answers(
    rows: Sequence[ObservationLine | PostLine], ids: Mapping[tuple[str, str], UUID], places: Places
) -> list[str]:
    return ["" if (row.platform, row.account) in ids else places.missing_account(row) for row in rows]


def _observation(row: ObservationLine, account_id: UUID) -> ObservationFacts:
    return ObservationFacts(
        account_id=account_id,
        month=date.fromisoformat(f"{row.month}-01"),
        posts=row.posts,
        reposts=row.reposts,
        languages=row.languages,
        followers_last=row.followers_last,
        followers_max=row.followers_max,
        followers_mean=row.followers_mean,
        following_last=row.following_last,
        posts_last=row.posts_last,
    )


def _post(row: PostLine, account_id: UUID) -> PostFacts:
    return PostFacts(
        account_id=account_id,
        external_id=row.external_id,
        text=row.text,
        language=row.language,
        kind=row.kind,
        posted_at=in_utc(row.posted_at, "posted_at"),
        url=row.url,
        media=[{"url": medium.url, "type": medium.type, "hash": medium.hash} for medium in row.media],
    )
