"""Humane work: what is hidden until asked for, how much of a severity a day may bring, and what a person prefers.
Nothing is claimed about effects.

Source: docs/decisions/0029-what-a-person-sees-is-theirs-to-choose.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from reviews.choices import Severity

ALWAYS: Final = int(Severity.LOW)
NEVER: Final = int(Severity.CRITICAL) + 1
NO_BOUNDS: Final[tuple[int | None, ...]] = (None,) * len(Severity)
LIGHT: Final = int(Severity.MODERATE)  # the gravest that counts as lighter
SHORTEST_SHIFT: Final = timedelta(hours=8)  # somebody who asks for lighter cases shortly before midnight
NO_BREAK_BEFORE: Final = timedelta(minutes=15)  # with less left on an order's clock nobody is reminded of a break
ANYWAY: Final = timedelta(minutes=30)  # an order that nobody else took by then is served beyond a bound


@dataclass(frozen=True, slots=True)
class HumaneRule:
    """What supervisors have set for everybody who chooses nothing else. `veil_from`: from this severity on post text is
    hidden until asked for; NEVER for none. `bounds`: how many cases of each severity, from 1 to 4, somebody is served
    in a day; None for any number. `break_minutes`: after how long on cases without a pause somebody is reminded of
    one; None for never."""

    veil_from: int = ALWAYS
    bounds: tuple[int | None, ...] = NO_BOUNDS
    break_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person chose, None where nothing. `veil_from` as in the rule; `blur` is how strongly hidden text is
    blurred (1 to 3; 4: not drawn at all), `grey` whether it is grey, too. Until `lighter_until` they are served
    lighter cases alone. `break_minutes` as in the rule: it may be shorter than that, not longer."""

    veil_from: int | None = None
    blur: int | None = None
    grey: bool | None = None
    lighter_until: datetime | None = None
    break_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """How many cases of a severity somebody may be served on a day, and how many they have opened on it."""

    severity: int
    most: int
    opened: int

    @property
    def left(self) -> int:
        """How many more; never below 0."""
        return max(0, self.most - self.opened)


@dataclass(frozen=True, slots=True)
class Limits:
    """What somebody is not served now: severities whose bound is reached, and with `lighter` all above LIGHT."""

    used_up: tuple[int, ...] = ()
    lighter: bool = False

    def __bool__(self) -> bool:
        return self.lighter or bool(self.used_up)


_NAMES: Final = frozenset(field.name for field in fields(Preferences))


def preferences_of(stored: Mapping[str, Any]) -> Preferences:
    """The preferences as a person's row holds them. Names of other parts of the product are passed over."""
    known = {name: value for name, value in stored.items() if name in _NAMES}
    if until := known.get("lighter_until"):
        known["lighter_until"] = datetime.fromisoformat(until)
    return Preferences(**known)


def is_veiled(rule: HumaneRule, preferences: Preferences, severity: int) -> bool:
    """Whether posts of a case of this severity are hidden until asked for: as the person chose, else by the rule."""
    chosen = preferences.veil_from
    return severity >= (rule.veil_from if chosen is None else chosen)


def break_minutes(rule: int | None, chosen: int | None) -> int | None:
    """After how many minutes on cases somebody is reminded of a break: the shorter of what is set and what they chose;
    None for never."""
    return min((minutes for minutes in (rule, chosen) if minutes is not None), default=None)


def is_lighter(preferences: Preferences, at: datetime) -> bool:
    """Whether somebody is served lighter cases alone at `at`."""
    return preferences.lighter_until is not None and preferences.lighter_until > at


def lighter_until(at: datetime, zone: str) -> datetime:
    """Until when lighter cases are served to somebody who asks for them at `at`: the end of their day in `zone`, and a
    shift at least."""
    return max(day_begins(at, zone, days=1), at + SHORTEST_SHIFT)


def day_of(at: datetime, zone: str) -> date:
    """The day that it is at `at` in `zone`."""
    return at.astimezone(ZoneInfo(zone)).date()


def day_begins(at: datetime, zone: str, *, days: int = 0) -> datetime:
    """When the day that it is at `at` in `zone` began; or one some `days` after it begins."""
    return datetime.combine(day_of(at, zone) + timedelta(days=days), time.min, ZoneInfo(zone))
