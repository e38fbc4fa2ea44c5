"""The faults that can be switched on, and the dice that decide which request meets which."""

import random
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Final

LONGEST_LATENCY_MS: Final = 10_000
LONGEST_LATE_SECONDS: Final = 10.0  # connectors count on it: `SIMULATOR_SETTLES_SECONDS` must be above it


class Fate(StrEnum):
    """What a request meets."""

    NOTHING = "nothing"
    TOO_MANY = "too_many"
    ERROR = "error"
    LATE = "late"
    DROPPED_BEFORE = "dropped_before"
    DROPPED_AFTER = "dropped_after"


@dataclass(frozen=True, slots=True)
class Faults:
    """Which faults requests that change something meet; questions never do. Percentages from 0 to 100.

    `late`: no answer until the client gives up, and the effect comes up to `late_within_seconds` after that. `drop`:
    the connection is cut, half of the time before and half of the time after the effect.
    """

    latency_percent: float = 0
    latency_ms: float = 200
    too_many_percent: float = 0
    retry_after_seconds: int = 1
    error_percent: float = 0
    late_percent: float = 0
    late_within_seconds: float = 5
    drop_percent: float = 0

    def asdict(self) -> dict[str, float]:
        """As JSON shows them."""
        return asdict(self)

    @property
    def are_on(self) -> bool:
        """Whether any request meets any."""
        return any(value for name, value in asdict(self).items() if name.endswith("_percent"))


NAMES: Final = tuple(field.name for field in fields(Faults))
_MOST: Final = {
    "latency_ms": LONGEST_LATENCY_MS,
    "late_within_seconds": LONGEST_LATE_SECONDS,
    "retry_after_seconds": 3600,
}


def read(given: dict[str, object]) -> Faults:
    """Faults from JSON or from the page's form; what isn't named is off. Raises ValueError with a sentence."""
    if unknown := given.keys() - set(NAMES):
        raise ValueError(f"There is no fault called {', '.join(sorted(unknown))}.")
    values = {name: _number(name, value) for name, value in given.items()}
    if "retry_after_seconds" in values:
        values["retry_after_seconds"] = int(values["retry_after_seconds"])
    faults = Faults(**values)  # type: ignore[arg-type]
    if faults.too_many_percent + faults.error_percent + faults.late_percent + faults.drop_percent > 100:
        raise ValueError("A request meets one fault at most: the percentages add up to more than 100.")
    return faults


def _number(name: str, value: object) -> float:
    most = _MOST.get(name, 100)
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = -1
    if not 0 <= number <= most:
        raise ValueError(f"{name}: give a number from 0 to {most:g}.")
    return number


class Dice:
    """Which request meets what. With a seed, the same draws in the same order."""

    def __init__(self, seed: int | None = None) -> None:
        self._random = random.Random(seed)  # noqa: S311  # no secret

    def fate(self, faults: Faults) -> Fate:
        """What the next request meets."""
        draw = self._random.uniform(0, 100)
        for fate, percent in (
            (Fate.TOO_MANY, faults.too_many_percent),
            (Fate.ERROR, faults.error_percent),
            (Fate.LATE, faults.late_percent),
            (Fate.DROPPED_BEFORE, faults.drop_percent / 2),
            (Fate.DROPPED_AFTER, faults.drop_percent / 2),
        ):
            if draw < percent:
                return fate
            draw -= percent
        return Fate.NOTHING

    def latency_seconds(self, faults: Faults) -> float:
        """How long the next request waits first."""
        is_slow = self._random.uniform(0, 100) < faults.latency_percent
        return self._random.uniform(0.5, 1.5) * faults.latency_ms / 1000 if is_slow else 0.0

    def late_seconds(self, faults: Faults) -> float:
        """How long after the client gave up a late effect comes."""
        return self._random.uniform(0, faults.late_within_seconds)
