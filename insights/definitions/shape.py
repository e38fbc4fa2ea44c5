"""What a definition says, and the ways a statistic can be asked for."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Final

from django.utils.translation import gettext_noop as _

from staff.choices import GOVERNMENTS

Grouping = tuple[str, ...]
TOTAL: Final[Grouping] = ()
_WORDS: Final = ("title", "unit", "definition", "formula", "sources", "groupings", "measures", "notes")


@dataclass(frozen=True, kw_only=True)
class Definition:
    """What one published statistic means.

    `groupings` are the ways it can be asked for, the default first; `measures` the columns that a row has besides, each
    with its unit or meaning. `needs` names further demands: "topic" (asked for one topic).
    """

    name: str
    version: int
    title: str
    unit: str
    definition: str
    formula: str
    sources: tuple[str, ...]
    groupings: tuple[Grouping, ...]
    measures: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()
    part: str = ""
    needs: frozenset[str] = field(default=frozenset())

    @property
    def body(self) -> dict[str, object]:
        """What is published of it, as JSON."""
        return {key: value for key, value in asdict(self).items() if key in _WORDS}

    @property
    def digest(self) -> str:
        """SHA-256 of the published text, hexadecimal."""
        text = json.dumps(self.body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def needs_topic(self) -> bool:
        """Whether it is asked for one topic at a time."""
        return "topic" in self.needs


def grains(groups: Iterable[str]) -> tuple[Grouping, ...]:
    """By day and by month, each alone and with each of `groups`."""
    return (("day",), ("month",), *((grain, group) for group in groups for grain in ("day", "month")))


def monthly(groups: Iterable[str]) -> tuple[Grouping, ...]:
    """By month, alone and with each of `groups`."""
    return (("month",), *(("month", group) for group in groups))


# what "from a government" means in every statistic: another list of kinds is another text, and so another version
OF_A_GOVERNMENT: Final = f"of a government: its source is of the kind {' or '.join(GOVERNMENTS)}"

# what every distribution tells
DISTRIBUTION = (
    ("n", _("accounts or decisions with a known value")),
    ("unknown", _("those without one; they are in no figure")),
    ("mean", _("arithmetic mean")),
    ("median", _("middle value; the mean of the two middle ones when n is even")),
)
