"""Humane work: whether a post is hidden until asked for, and what a person prefers. Nothing is claimed about effects.

Source: docs/decisions/0029-what-a-person-sees-is-theirs-to-choose.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from reviews.choices import Severity

ALWAYS: Final = int(Severity.LOW)
NEVER: Final = int(Severity.CRITICAL) + 1


@dataclass(frozen=True, slots=True)
class HumaneRule:
    """What supervisors have set for everybody who chooses nothing else. `veil_from`: from this severity on post text is
    hidden until asked for; NEVER for none."""

    veil_from: int = ALWAYS


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person chose, None where nothing. `veil_from` as in the rule; `blur` is how strongly hidden text is
    blurred (1 to 3; 4: not drawn at all), `grey` whether it is grey, too."""

    veil_from: int | None = None
    blur: int | None = None
    grey: bool | None = None


_NAMES: Final = frozenset(field.name for field in fields(Preferences))


def preferences_of(stored: Mapping[str, Any]) -> Preferences:
    """The preferences as a person's row holds them. Names of other parts of the product are passed over."""
    return Preferences(**{name: value for name, value in stored.items() if name in _NAMES})


def is_veiled(rule: HumaneRule, preferences: Preferences, severity: int) -> bool:
    """Whether posts of a case of this severity are hidden until asked for: as the person chose, else by the rule."""
    chosen = preferences.veil_from
    return severity >= (rule.veil_from if chosen is None else chosen)
