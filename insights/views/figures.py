"""A statistic as a page shows it: a chart's data for `static/js/charts.js`, the same as a table, and its gaps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common.presentation import duration, number
from insights.rules import periods
from insights.selectors.answers import Row, Statistic, Value

Format = Callable[[Any], str]
HOUR = 3600


@dataclass(frozen=True)
class Column:
    """A column of the table: its heading, what it shows of a row, and how. Numbers stand to the right."""

    title: str
    measure: str
    show: Format = number
    is_number: bool = True


@dataclass(frozen=True)
class Series:
    """A series of the chart: its name, what it draws of a row, and how it is told apart (`charts.js`)."""

    name: str
    measure: str
    tone: int = 1
    dash: bool = False
    drawn_as: str = ""


@dataclass(frozen=True)
class TableRow:
    """A row: its heading and its cells as (text, is a number). A gap has no cells."""

    head: str
    cells: list[tuple[str, bool]] = field(default_factory=list)


@dataclass(frozen=True)
class Figure:
    """Chart and table of one statistic."""

    slug: str
    title: str
    statistic: Statistic
    key_title: str
    columns: Sequence[Column]
    rows: list[TableRow]
    chart: dict[str, object] | None = None
    note: str = ""

    @property
    def chart_id(self) -> str:
        """The id of the chart's data on the page."""
        return f"chart-{self.slug}"

    @property
    def column_count(self) -> int:
        """Columns besides the heading's, for a gap to span."""
        return len(self.columns)

    @property
    def group_by(self) -> str:
        """How the statistic was asked for, for an export of the same."""
        return ",".join(self.statistic.group_by) or "total"


def over_time(
    slug: str,
    title: str,
    statistic: Statistic,
    *,
    series: Sequence[Series],
    columns: Sequence[Column],
    kind: str = "line",
    unit: str = "",
    digits: int = 0,
    scale: float = 1,
    stacked: bool = False,
    newest_first: bool = False,
    note: str = "",
) -> Figure:
    """A figure by day or month. Gaps stay gaps: broken lines, and rows that say so. `scale` divides drawn values."""
    grain = statistic.grain
    by_label = {str(row[grain]): row for row in statistic.rows}
    labels = sorted({*by_label, *statistic.missing})
    drawn = [
        _drawn(one, [_scaled(by_label.get(label, {}).get(one.measure), scale) for label in labels]) for one in series
    ]
    chart = {
        "kind": kind,
        "labels": [period_name(grain, label) for label in labels],
        "unit": unit,
        "digits": digits,
        "stacked": stacked,
        "series": drawn,
        "gaps": [[period_name(grain, first), period_name(grain, last)] for first, last in gaps(labels, by_label)],
    }
    rows = [_table_row(period_name(grain, label), by_label.get(label), columns) for label in labels]
    shown = rows[::-1] if newest_first else rows
    heading = _("Day") if grain == "day" else _("Month")
    return Figure(slug, title, statistic, heading, columns, shown, chart if by_label else None, note)


def by_group(
    slug: str,
    title: str,
    statistic: Statistic,
    *,
    key_title: str,
    name: Callable[[str], str],
    columns: Sequence[Column],
    series: Sequence[Series] = (),
    unit: str = "",
    digits: int = 0,
    note: str = "",
) -> Figure:
    """A figure by group, as horizontal bars (none without `series`) and a table."""
    key = statistic.group_by[0]
    names = [name(str(row[key])) for row in statistic.rows]
    chart: dict[str, object] | None = None
    if series and names:
        drawn = [_drawn(one, [row[one.measure] for row in statistic.rows]) for one in series]
        chart = {"kind": "rows", "labels": names, "unit": unit, "digits": digits, "series": drawn}
    rows = [_table_row(head, row, columns) for head, row in zip(names, statistic.rows, strict=True)]
    return Figure(slug, title, statistic, key_title, columns, rows, chart, note)


def period_name(grain: str, label: str) -> str:
    """ "2015-07" as "Jul 2015", "2015-07-31" as "31 Jul"."""
    start = periods.parse_start(label)
    return month_name(start) if grain == "month" else date_format(start, "j M")


def month_name(month: date) -> str:
    """ "Jul 2015"."""
    return date_format(month, "M Y")


def ratio_text(value: float | None) -> str:
    """ "6.0 : 1", or that there is none."""
    return _("undefined") if value is None else f"{number(value, 2)} : 1"


def hours(seconds: float | None) -> str:
    """Seconds as a duration in words."""
    return duration(seconds)


def with_digits(digits: int) -> Format:
    """Numbers with that many decimals."""
    return lambda value: number(value, digits)


def gaps(labels: Sequence[str], known: dict[str, Row]) -> list[tuple[str, str]]:
    """The unbroken runs of labels without a row, each from the known label before it to the known one after."""
    found: list[tuple[int, int]] = []
    for place, label in enumerate(labels):
        if label in known:
            continue
        if found and found[-1][1] == place - 1:
            found[-1] = (found[-1][0], place)
        else:
            found.append((place, place))
    last = len(labels) - 1
    return [(labels[max(first - 1, 0)], labels[min(end + 1, last)]) for first, end in found]


def _drawn(series: Series, values: list[Value]) -> dict[str, object]:
    drawn: dict[str, object] = {"name": series.name, "tone": series.tone, "dash": series.dash, "values": values}
    return drawn | ({"as": series.drawn_as} if series.drawn_as else {})


def _scaled(value: Value, scale: float) -> Value:
    return value / scale if isinstance(value, int | float) and scale != 1 else value


def _table_row(head: str, row: Row | None, columns: Sequence[Column]) -> TableRow:
    if row is None:
        return TableRow(head)
    return TableRow(head, [(column.show(row[column.measure]), column.is_number) for column in columns])
