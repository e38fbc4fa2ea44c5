"""Figures and lists as people read them: numbers, durations, shares, sparklines. Pure; knows no domain word."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
NO_VALUE: Final = "–"
_NO_BREAK: Final = "\u00a0"


def number(value: float | None, digits: int = 0) -> str:
    """`1234567` → "1,234,567" with `digits` decimals; None → an en dash."""
    return NO_VALUE if value is None else f"{value:,.{digits}f}".replace("-", "−")


def percent(share: float | None, digits: int = 1) -> str:
    """A share from 0 to 1 as "12.3 %", with a no-break space; None → an en dash."""
    return NO_VALUE if share is None else f"{number(share * 100, digits)}{_NO_BREAK}%"


def duration(value: timedelta | float | None) -> str:
    """A length of time in its two greatest units: "42 s", "3 min 20 s", "5 h 02 min", "2 d 7 h".

    Takes a timedelta or seconds; below zero counts as zero; None → an en dash.
    Seconds leave from ten minutes on.
    """
    if value is None:
        return NO_VALUE
    seconds = max(0, int(value.total_seconds() if isinstance(value, timedelta) else value))
    if seconds < _MINUTE:
        return _("%(seconds)s s") % {"seconds": seconds}
    if seconds < _HOUR:
        minutes, rest = divmod(seconds, _MINUTE)
        if minutes < 10 and rest:
            return _("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": f"{rest:02d}"}
        return _("%(minutes)s min") % {"minutes": minutes}
    if seconds < _DAY:
        minutes = seconds % _HOUR // _MINUTE
        return _("%(hours)s h %(minutes)s min") % {"hours": seconds // _HOUR, "minutes": f"{minutes:02d}"}
    return _("%(days)s d %(hours)s h") % {"days": seconds // _DAY, "hours": seconds % _DAY // _HOUR}


def listed(words: Iterable[object]) -> str:
    """The words with what the language puts between them: "a, b, c"."""
    return comma().join(map(str, words))


def named(words: Sequence[str]) -> str:
    """The words as a sentence names them: "a, b and c"."""
    return pgettext("before the last of a list", " and ").join([listed(words[:-1]), words[-1]] if words[1:] else words)


def comma() -> str:
    """What stands between the words of a list."""
    return pgettext("between the words of a list", ", ")


def clock(seconds: int) -> str:
    """Seconds as a timer shows them: 252 → "4:12"."""
    return f"{max(0, seconds) // _MINUTE}:{max(0, seconds) % _MINUTE:02d}"


@dataclass(frozen=True)
class SparkPaths:
    """SVG path data for a sparkline in a box of `width` × `height`: a line per unbroken run, the area under each."""

    width: int
    height: int
    line: str
    area: str


def spark_paths(values: Sequence[float | None], *, width: int = 200, height: int = 36, pad: int = 3) -> SparkPaths:
    """The paths of `values` from left to right, lowest at the bottom. None is a gap, never drawn across.

    A run of one value becomes a short level stroke, so that it can be seen.
    """
    known = [value for value in values if value is not None]
    if not known:
        return SparkPaths(width, height, "", "")
    low, spread = min(known), (max(known) - min(known)) or 1.0
    step = width / max(1, len(values) - 1)

    def point(index: float, value: float) -> str:
        return f"{min(index * step, width):.1f} {height - pad - (value - low) / spread * (height - 2 * pad):.1f}"

    line, area = [], []
    for start, run in _runs(values):
        ends = [*enumerate(run, start)] if len(run) > 1 else [(start - 0.3, run[0]), (start + 0.3, run[0])]
        points = [point(max(0.0, index), value) for index, value in ends]
        line.append("M" + " L".join(points))
        first, last = points[0].split()[0], points[-1].split()[0]
        area.append("M" + " L".join(points) + f" L{last} {height} L{first} {height}Z")
    return SparkPaths(width, height, " ".join(line), " ".join(area))


def _runs(values: Sequence[float | None]) -> list[tuple[int, list[float]]]:
    """Unbroken runs of known values, each with the index of its first."""
    runs: list[tuple[int, list[float]]] = []
    before: float | None = None
    for index, value in enumerate(values):
        if value is not None and before is not None:
            runs[-1][1].append(value)
        elif value is not None:
            runs.append((index, [value]))
        before = value
    return runs
