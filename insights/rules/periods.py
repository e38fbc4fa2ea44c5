"""Days and months: parsing, stepping, and which of a range are missing. A month is named by its first day."""

from calendar import monthrange
from collections.abc import Collection, Iterable
from datetime import date, timedelta

_DAY_LENGTH, _MONTH_LENGTH = 10, 7
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


def month_of(day: date) -> date:
    """The first day of the month of `day`."""
    return day.replace(day=1)


def month_end(month: date) -> date:
    """The last day of the month of `month`."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def month_after(month: date, count: int = 1) -> date:
    """The first day of the month `count` months after the month of `month`; before, when negative."""
    index = month.year * 12 + month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def days_between(start: date, end: date) -> list[date]:
    """Every day from `start` to `end`, both included; none when `end` is earlier."""
    return [start + timedelta(days=step) for step in range((end - start).days + 1)]


def months_between(start: date, end: date) -> list[date]:
    """Every month that has a day in `start` to `end`."""
    count = (end.year - start.year) * 12 + end.month - start.month
    return [month_after(start, step) for step in range(count + 1)] if end >= start else []


def periods(grain: str, start: date, end: date) -> list[date]:
    """The days or months ("day", "month") of a range."""
    return months_between(start, end) if grain == "month" else days_between(start, end)


def label(grain: str, start: date) -> str:
    """ "2015-07" for a month, "2015-07-31" for a day."""
    return start.isoformat()[: _MONTH_LENGTH if grain == "month" else _DAY_LENGTH]


def missing(wanted: Iterable[date], known: Collection[date]) -> list[date]:
    """Those of `wanted` that aren't `known`, in order."""
    return [period for period in wanted if period not in known]


def parse_start(text: str) -> date:
    """ "2015-07-31", or "2015-07" for the month's first day. Raises ValueError, also for a year nobody can mean."""
    found = date.fromisoformat(f"{text}-01" if len(text) == _MONTH_LENGTH else text)
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise ValueError(f"{text} is out of range")
    return found


def parse_end(text: str) -> date:
    """ "2015-07-31", or "2015-07" for the month's last day. Raises ValueError."""
    found = parse_start(text)
    return month_end(found) if len(text) == _MONTH_LENGTH else found


def is_whole_months(start: date, end: date) -> bool:
    """Whether a range begins on a month's first day and ends on one's last."""
    return start.day == 1 and end == month_end(end)


def runs(months: Iterable[date]) -> list[tuple[date, date]]:
    """Months joined into unbroken runs (first, last), in order."""
    found: list[tuple[date, date]] = []
    for month in sorted(months):
        if found and month_after(found[-1][1]) == month:
            found[-1] = (found[-1][0], month)
        else:
            found.append((month, month))
    return found
