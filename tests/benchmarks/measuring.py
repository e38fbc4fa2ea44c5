"""What all benchmarks share: rows of figures, raw SQL from `raw/`, and the check that both ends left equal rows."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection

from reviews.models import CaseChange, Exposure, FlowTotal, Lane, OpenTotal, Routing, TallyMoment

RAW = Path(__file__).parent / "raw"
WATCHED = ("accounts", "audit", "reviews", "takedowns")
# What follows from other rows by itself: triggers write it at both ends, and a sweep takes it away at any moment. And
# what a person opened today, which both ends write: once by day and severity, whichever end came first.
FOLLOWS = {CaseChange, Exposure, FlowTotal, Lane, OpenTotal, Routing, TallyMoment}


@dataclass(frozen=True)
class Row:
    """One figure: ours, raw PostgreSQL's for the same work (None where there is none), and ours / raw."""

    measure: str
    unit: str
    ours: float | None
    raw: float | None = None

    @property
    def ratio(self) -> float | None:
        """Ours / raw, to three digits."""
        return round(self.ours / self.raw, 3) if self.ours is not None and self.raw else None

    def as_json(self) -> dict[str, Any]:
        """As `bench --json` prints it."""
        return {
            "measure": self.measure,
            "unit": self.unit,
            "ours": _rounded(self.ours),
            "raw": _rounded(self.raw),
            "ratio": self.ratio,
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def raw(name: str, **parameters: Any) -> None:
    """Run `raw/NAME.sql` as one transaction; `%(x)s` are parameters."""
    with connection.cursor() as cursor:
        cursor.execute((RAW / f"{name}.sql").read_text(), parameters)


def raw_rows(name: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """As `raw`, and the rows that the statement answers."""
    with connection.cursor() as cursor:
        cursor.execute((RAW / f"{name}.sql").read_text(), parameters)
        return cursor.fetchall()


def footprint() -> dict[str, int]:
    """How many rows each table of ours holds."""
    found = {}
    with connection.cursor() as cursor:
        for label in WATCHED:
            for model in set(apps.get_app_config(label).get_models()) - FOLLOWS:
                cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}"')
                found[model._meta.db_table] = cursor.fetchone()[0]
    return found


def left_by(work: Callable[[], object]) -> tuple[float, dict[str, int]]:
    """How long `work` takes, and how many rows it leaves in each table (those with none are left out)."""
    before = footprint()
    took = seconds(work)
    after = footprint()
    return took, {table: after[table] - before[table] for table in after if after[table] != before[table]}


def check_equal(ours: dict[str, int], other: dict[str, int]) -> None:
    """Both ends left equal rows, or the comparison means nothing. Raises AssertionError naming the tables."""
    tables = {table for table in ours | other if ours.get(table, 0) != other.get(table, 0)}
    told = {table: (ours.get(table, 0), other.get(table, 0)) for table in sorted(tables)}
    assert not tables, f"ours and raw left different rows: {told}"


def p99_ms(samples: list[float]) -> float:
    """The 99th percentile of `samples` (seconds), in milliseconds."""
    return statistics.quantiles(samples, n=100)[98] * 1000 if len(samples) > 1 else samples[0] * 1000
