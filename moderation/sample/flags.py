"""Flags for the demonstration: generated with a fixed seed from real accounts, and each says that it is generated.

Nobody's judgement is in them. They give every kind of source something to say, several sources to some accounts, some
flags on officials, and two orders of an authority. None has a deadline: whoever tries the demo can undo every decision.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from accounts.shapes import AccountIn, PostIn
from moderation.sample.material import Group, Material
from moderation.sample.sources import PARTNERS
from reviews.shapes import FlagIn, LegalBasisIn
from staff.choices import SourceKind

SEED: Final = 20171101
SAID: Final = "Generated for the demonstration: "
# How many accounts of a language are flagged: (in a group, in none). None: all there are.
_QUOTAS: Final[dict[str, tuple[int | None, int | None]]] = {
    "en": (130, 60),
    "ru": (110, 20),
    "de": (None, 30),
    "ar": (None, None),
    "uk": (None, None),
    "es": (None, 4),
    "fr": (None, 4),
    "it": (None, None),
}
_OFFICIALS: Final = 20
_ORDERS: Final = 2
_NETWORK: Final = "coordinated_inauthentic_behaviour"
_OTHER_POLICIES: Final = ("impersonation", "bulk_posting", "incitement_to_hatred", "deceptive_media")
_WORDS: Final = {
    _NETWORK: "looks run together with other accounts.",
    "impersonation": "passes for somebody it is not.",
    "bulk_posting": "posts the same links all day long.",
    "incitement_to_hatred": "stirs up hatred against a group.",
    "deceptive_media": "spreads pictures that were altered.",
    "harassment": "insults us in public.",
}


@dataclass
class _Generator:
    material: Material
    platform: str
    now: datetime
    chance: Random

    def flags(self) -> Iterator[tuple[SourceKind, FlagIn]]:
        chosen = self._chosen()
        for key in chosen:
            for kind in self._kinds(key):
                yield from self._by(kind, key)
        for number, key in enumerate(chosen[:_ORDERS], 1):
            yield SourceKind.GOVERNMENT, self._order(key, number)
        for key in self.chance.sample(self.material.officials, _OFFICIALS):
            kind = self.chance.choice([SourceKind.GOVERNMENT, SourceKind.GOVERNMENT, SourceKind.USER_REPORT])
            yield kind, self._flag(key, "harassment", self._moment(), SAID + _WORDS["harassment"])

    def _chosen(self) -> list[str]:
        """The accounts that are flagged, without officials, in a random order that the seed fixes."""
        chosen = []
        for language, quotas in _QUOTAS.items():
            for grouped, quota in zip((True, False), quotas, strict=True):
                there = self.material.others(language=language, grouped=grouped)
                chosen += there if quota is None else self.chance.sample(there, min(quota, len(there)))
        self.chance.shuffle(chosen)
        return chosen

    def _kinds(self, key: str) -> list[SourceKind]:
        """Who flags the account: at least one, more often several where many accounts posted the same text."""
        in_group = key in self.material.group_of
        odds = {
            SourceKind.AUTOMATED: 0.85 if in_group else 0.0,
            SourceKind.USER_REPORT: 0.45,
            SourceKind.TRUSTED_FLAGGER: 0.35,
            self.chance.choice(PARTNERS): 0.2,
            SourceKind.GOVERNMENT: 0.04,
        }
        kinds = [kind for kind, odd in odds.items() if self.chance.random() < odd]
        return kinds or [SourceKind.USER_REPORT]

    def _by(self, kind: SourceKind, key: str) -> Iterator[tuple[SourceKind, FlagIn]]:
        at = self._moment()
        if kind is SourceKind.AUTOMATED:
            yield kind, self._flag(key, _NETWORK, at, SAID + shared_text(self.material.group_of[key], key))
            return
        policy = _NETWORK if self.chance.random() < 0.75 else self.chance.choice(_OTHER_POLICIES)
        for _ in range(self.chance.choice([1, 1, 2, 3]) if kind is SourceKind.USER_REPORT else 1):
            reporter = f"reporter-{self.chance.randrange(16**6):06x}" if kind is SourceKind.USER_REPORT else ""
            yield kind, self._flag(key, policy, at, SAID + _WORDS[policy], reporter=reporter)
            at = min(self.now, at + timedelta(minutes=self.chance.randrange(1, 50)))

    def _order(self, key: str, number: int) -> FlagIn:
        basis = LegalBasisIn(
            order_id=f"DEMO-ORDER-{number}",
            authority="Generated authority (demonstration)",
        )
        text = SAID + "an order of an authority."
        return self._flag(key, "incitement_to_hatred", self.now, text, legal_basis=basis)

    def _flag(self, key: str, policy: str, at: datetime, reason: str, **more: Any) -> FlagIn:
        row = self.material.accounts[key]
        return FlagIn(
            platform=self.platform,
            account=AccountIn(external_id=key, handle=row["handle"]),
            policy=policy,
            reason=reason,
            flagged_at=at,
            posts=tuple(_evidence(row) for row in self._posts(key)),
            **more,
        )

    def _posts(self, key: str) -> list[dict[str, Any]]:
        """Up to three posts: those that hold the group's text first."""
        posts = self.material.posts[key]
        group = self.material.group_of.get(key)
        shared = [row for row in posts if group and row["text"] == group.text]
        return [*shared, *self.chance.sample(posts, min(2, len(posts)))][:3]

    def _moment(self) -> datetime:
        """Some time in the last three days, more often lately."""
        return self.now - timedelta(minutes=min(self.chance.expovariate(1 / 900), 3 * 24 * 60))


def shared_text(group: Group, key: str) -> str:
    """What a detector says of the account `key`: it counted over all posts, of which the sample, and so the evidence,
    holds some."""
    counted = f"the same text stands in {len(group.accounts)} accounts, {group.posts:,} times over all they posted."
    if not group.held_from:
        return f"{counted} None of these posts is in the sample."
    own = "among them this one" if key in group.held_from else "but not from this one"
    return f"{counted} The sample holds it from {len(group.held_from)} of them, {own}."


def generate(material: Material, *, platform: str, now: datetime) -> dict[SourceKind, list[FlagIn]]:
    """The flags by kind of source, each with a reference that is the same at every generation.

    Takes the platform's slug and the moment before which all were flagged.
    """
    flags: dict[SourceKind, list[FlagIn]] = defaultdict(list)
    generator = _Generator(material, platform, now, Random(SEED))  # noqa: S311  # nothing secret
    for kind, flag in generator.flags():
        flag.client_reference = f"demo-{len(flags[kind]) + 1:04}"
        flags[kind].append(flag)
    return flags


def _evidence(row: dict[str, Any]) -> PostIn:
    return PostIn(
        external_id=row["post"],
        text=row["text"],
        language=row["lang"],
        posted_at=datetime.fromisoformat(row["at"]),
    )
