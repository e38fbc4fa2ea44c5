"""What flags are generated from: the sample's accounts, its groups, and the posts of both. Reads files only."""

import gzip
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from accounts import sample


@dataclass
class Group:
    """Accounts that posted the same text, counted over all their posts; and those of which the sample holds such a
    post."""

    text: str
    posts: int
    accounts: list[str]
    held_from: set[str] = field(default_factory=set)


@dataclass
class Material:
    """Accounts by key in the file's order, the largest group of each account that is in one, and its posts."""

    accounts: dict[str, dict[str, Any]]
    group_of: dict[str, Group] = field(default_factory=dict)
    posts: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    @property
    def officials(self) -> list[str]:
        """Keys of the protected accounts."""
        return [key for key, row in self.accounts.items() if row["category"] == "Official"]

    def others(self, *, language: str, grouped: bool) -> list[str]:
        """Keys of the influence operation's accounts of this language that are, or aren't, in a group."""
        return [
            key
            for key, row in self.accounts.items()
            if row["category"] != "Official" and row["language"] == language and (key in self.group_of) == grouped
        ]


def read_material() -> Material:
    """The sample, as far as flags need it."""
    material = Material({row["account"]: row for row in _rows(sample.ACCOUNTS)})
    by_text: dict[str, Group] = {}
    for row in _rows(sample.GROUPS):
        group = by_text[row["text"]] = Group(row["text"], row["posts"], row["accounts"])
        for key in group.accounts:
            material.group_of.setdefault(key, group)
    for row in _rows(sample.POSTS):
        material.posts[row["account"]].append(row)
        if row["text"] in by_text:
            by_text[row["text"]].held_from.add(row["account"])
    return material


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path) as lines:
        for line in lines:
            yield msgspec.json.decode(line)
