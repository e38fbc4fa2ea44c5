"""What is sought in the list of cases: its filters, its order, and both as the words of a query string. Pure.

The page, a saved view and the API read the same words; `Asked.as_params` writes them back, so that each list has an
address of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, TypeVar

from django.utils.translation import gettext as _

from accounts.choices import ProtectedClass
from common.errors import Invalid
from common.texts import composed
from reviews.choices import OPEN_CASE, CaseState, Outcome, Severity
from staff.choices import SourceKind

Value = TypeVar("Value")

# each order, and the column of a case that it goes by
SORTS: Final = {
    "rank": "serving_order",
    "opened": "opened_at",
    "due": "due_at",
    "followers": "followers_order",
    "last_flag": "last_flag_at",
}
OPEN: Final = "open"  # stands for every state in which the question is open
MOST_CHARACTERS: Final = 200  # of the words sought
MOST_VALUES: Final = 50  # of one filter
MOST_FOLLOWERS: Final = 2**62
ME: Final = "me"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which cases, in which order. An empty field lets everything through; fields combine by "and", the values of one
    by "or". `words` are sought in handles (their beginning), external ids, and the text of flags and posts.
    `opened_to` is the last day; `holder` a username, or "me". `sort` is a key of SORTS."""

    words: str = ""
    states: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    severities: tuple[int, ...] = ()
    languages: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    source_kinds: tuple[str, ...] = ()
    protected: tuple[str, ...] = ()
    followers_from: int | None = None
    followers_to: int | None = None
    opened_from: date | None = None
    opened_to: date | None = None
    is_past_due: bool = False
    holder: str = ""
    outcome: str = ""
    sort: str = "rank"
    is_descending: bool = True

    @property
    def filters(self) -> tuple[str, ...]:
        """The names of the filters in force."""
        return tuple(name for name in FILTERS if getattr(self, name) != _DEFAULTS[name])

    def without(self, name: str) -> "Asked":
        """The same, this filter dropped."""
        return replace(self, **{name: _DEFAULTS[name]})

    def as_params(self) -> dict[str, list[str]]:
        """The query string's words: what isn't said is left out; reading them gives the same again."""
        said = {FILTERS[name]: _written(name, getattr(self, name)) for name in self.filters}
        if (self.sort, self.is_descending) != ("rank", True):
            said["sort"] = [("-" if self.is_descending else "") + self.sort]
        return said


# each filter, and its name in a query string
FILTERS: Final = {
    "words": "q",
    "states": "state",
    "policies": "policy",
    "severities": "severity",
    "languages": "language",
    "platforms": "platform",
    "source_kinds": "source_kind",
    "protected": "protected",
    "followers_from": "followers_from",
    "followers_to": "followers_to",
    "opened_from": "opened_from",
    "opened_to": "opened_to",
    "is_past_due": "past_due",
    "holder": "holder",
    "outcome": "outcome",
}
PARAMS: Final = (*FILTERS.values(), "sort")
_DEFAULTS: Final[dict[str, Any]] = {field.name: field.default for field in fields(Asked)}
_STATES: Final = (OPEN, *CaseState.values)
_PROTECTED: Final = [value for value in ProtectedClass.values if value]


def read(params: Mapping[str, Sequence[str]], *, sort: str = "-rank") -> Asked:
    """What is asked, from a query string's words; `sort` where it says none. Other names in it are not looked at.

    A filter that takes several values is repeated, or holds them with commas between.

    Raises Invalid naming each malformed field.
    """
    faults: dict[str, str] = {}

    def many(name: str, allowed: Sequence[str] = ()) -> tuple[str, ...]:
        given = [value.strip() for said in params.get(name, ()) for value in said.split(",") if value.strip()]
        unique = tuple(dict.fromkeys(given))
        if len(unique) > MOST_VALUES:
            faults[name] = _("at most %(most_values)s values.") % {"most_values": MOST_VALUES}
        elif unknown := [value for value in unique if allowed and value not in allowed]:
            faults[name] = _("%(unknown)s is not known; give one of %(allowed)s.") % {
                "unknown": repr(unknown[0]),
                "allowed": ", ".join(allowed),
            }
        elif any("\0" in value for value in unique):
            faults[name] = _("holds a NUL character.")
        else:
            return unique
        return ()

    def one(name: str, parse: Callable[[str], Value], hint: str) -> Value | None:
        text = (params.get(name) or [""])[-1].strip()
        try:
            return parse(text) if text else None
        except (ValueError, OverflowError):
            faults[name] = hint
            return None

    order = one(
        "sort", _order, _("give one of %(sorts)s; a minus before it turns it round.") % {"sorts": ", ".join(SORTS)}
    ) or _order(sort)
    asked = Asked(
        words=one("q", _words, _("at most %(most)s characters, and no NUL among them.") % {"most": MOST_CHARACTERS})
        or "",
        states=many("state", _STATES),
        policies=many("policy"),
        severities=tuple(int(value) for value in many("severity", [str(level) for level in Severity.values])),
        languages=many("language"),
        platforms=many("platform"),
        source_kinds=many("source_kind", SourceKind.values),
        protected=many("protected", _PROTECTED),
        followers_from=one("followers_from", _count, _("give a whole number from 0 on.")),
        followers_to=one("followers_to", _count, _("give a whole number from 0 on.")),
        opened_from=one("opened_from", date.fromisoformat, _("give a day, as 2026-08-02.")),
        opened_to=one("opened_to", date.fromisoformat, _("give a day, as 2026-08-02.")),
        is_past_due=bool(one("past_due", _yes, _("give true or false."))),
        holder="".join(many("holder")[-1:]),
        outcome="".join(many("outcome", Outcome.values)[-1:]),
        sort=order[0],
        is_descending=order[1],
    )
    if faults:
        raise Invalid(" ".join(f"{name}: {text}" for name, text in faults.items()), fields=faults)
    return asked


def states_of(asked: Asked) -> tuple[str, ...]:
    """The states that a case can be in: those asked for, but only those that the other filters leave."""
    wanted = {*asked.states}
    if OPEN in wanted or not wanted:
        wanted |= {*OPEN_CASE} if OPEN in wanted else {*CaseState.values}
    if asked.is_past_due or asked.holder:
        wanted &= {*OPEN_CASE}
    if asked.outcome:
        wanted &= {CaseState.DECIDED}
    return tuple(state for state in CaseState.values if state in wanted)


def instants_of(asked: Asked) -> tuple[datetime | None, datetime | None]:
    """The opening lies in [first, second): whole days, UTC. None where it has no bound."""
    first, last = asked.opened_from, asked.opened_to
    if last is not None:
        last = min(last, date.max - timedelta(days=1)) + timedelta(days=1)
    return _midnight(first), _midnight(last)


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC)


def _written(name: str, value: object) -> list[str]:
    if isinstance(value, tuple):
        return [str(one) for one in value]
    return ["true"] if name == "is_past_due" else [str(value)]


def _words(text: str) -> str:
    if len(text) > MOST_CHARACTERS or "\0" in text:
        raise ValueError(text)
    return composed(text)


def _order(text: str) -> tuple[str, bool]:
    name = text.removeprefix("-")
    if name not in SORTS:
        raise ValueError(text)
    return name, text.startswith("-")


def _count(text: str) -> int:
    number = int(text)
    if not 0 <= number <= MOST_FOLLOWERS:
        raise ValueError(text)
    return number


def _yes(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"
