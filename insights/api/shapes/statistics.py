"""Statistics and definitions, as the API shows them."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from common.paging import Page
from insights.definitions import Definition
from insights.selectors.answers import Statistic


class DefinitionNamed(Struct, frozen=True):
    """Which definition a figure was counted under."""

    name: str
    version: int


class StatisticShown(Struct, frozen=True):
    """A statistic: rows, the periods in range that nothing is known of, and as of when it was counted."""

    name: str
    definition: DefinitionNamed
    unit: str
    refreshed_at: Annotated[
        datetime | None, Meta(description="Everything committed before is counted; null: never yet")
    ]
    rows: Annotated[
        list[dict[str, str | int | float | None]],
        Meta(description="The grouping's columns, then the definition's measures; null where there is no figure"),
    ]
    missing: Annotated[list[str], Meta(description="Periods in range without data: gaps, not zeros")]
    group_by: list[str]
    start: Annotated[date | None, Meta(description="First day of the range that was answered")]
    end: Annotated[date | None, Meta(description="Last day of the range that was answered")]
    topic: str | None
    source: Annotated[str | None, Meta(description="Of a topic: observations or tallies")]

    @classmethod
    def of(cls, found: Statistic) -> "StatisticShown":
        """The statistic from outside."""
        return cls(
            name=found.definition.name,
            definition=DefinitionNamed(found.definition.name, found.definition.version),
            unit=found.definition.unit,
            refreshed_at=found.refreshed_at,
            rows=found.rows,
            missing=found.missing,
            group_by=list(found.group_by),
            start=found.start,
            end=found.end,
            topic=found.topic or None,
            source=found.source or None,
        )


class Measure(Struct, frozen=True):
    """A column of a statistic's rows."""

    name: str
    meaning: str


class DefinitionShown(Struct, frozen=True):
    """What a published number means."""

    name: str
    version: int
    title: str
    unit: str
    definition: str
    formula: str
    sources: Annotated[list[str], Meta(description="Tables it is counted from")]
    group_by: Annotated[list[str], Meta(description="Ways to ask for it; the first is the default")]
    measures: list[Measure]
    notes: list[str]
    needs_topic: bool
    digest: Annotated[str, Meta(description="SHA-256 of the published text")]

    @classmethod
    def of(cls, row: Definition) -> "DefinitionShown":
        """The definition from outside."""
        return cls(
            name=row.name,
            version=row.version,
            title=row.title,
            unit=row.unit,
            definition=row.definition,
            formula=row.formula,
            sources=list(row.sources),
            group_by=[",".join(group) or "total" for group in row.groupings],
            measures=[Measure(name, meaning) for name, meaning in row.measures],
            notes=list(row.notes),
            needs_topic=row.needs_topic,
            digest=row.digest,
        )


class DefinitionList(Page[DefinitionShown]):
    """Every definition in force; always one page."""
