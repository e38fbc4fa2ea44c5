"""Statistics and definitions, as the API shows them."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from common.openapi import Instant
from common.paging import Page
from insights.definitions import Definition
from insights.selectors.answers import Statistic


class DefinitionNamed(Struct, frozen=True):
    """Which definition a figure was counted under."""

    name: Annotated[str, Meta(examples=["decisions"])]
    version: int


class StatisticShown(Struct, frozen=True):
    """A statistic: rows, the periods in range that nothing is known of, and as of when it was counted."""

    name: Annotated[str, Meta(examples=["decisions"])]
    definition: DefinitionNamed
    unit: Annotated[str, Meta(examples=["decisions"])]
    refreshed_at: Annotated[Instant | None, Meta(description="Everything committed before is counted; null: never yet")]
    rows: Annotated[
        list[dict[str, str | int | float | None]],
        Meta(
            description="The grouping's columns, then the definition's measures; null where there is no figure",
            examples=[[{"day": "2026-03-02", "suspensions": 1, "keeps": 0, "reversals": 0}]],
        ),
    ]
    missing: Annotated[list[str], Meta(description="Periods in range without data: gaps, not zeros", examples=[[]])]
    group_by: Annotated[list[str], Meta(examples=[["day"]])]
    start: Annotated[date | None, Meta(description="First day of the range that was answered")]
    end: Annotated[date | None, Meta(description="Last day of the range that was answered")]
    topic: Annotated[str | None, Meta(examples=[None])]
    source: Annotated[str | None, Meta(description="Of a topic: observations or tallies", examples=[None])]

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

    name: Annotated[str, Meta(examples=["suspensions"])]
    meaning: Annotated[str, Meta(examples=["decisions to suspend"])]


class DefinitionShown(Struct, frozen=True):
    """What a published number means."""

    name: Annotated[str, Meta(examples=["decisions"])]
    version: int
    title: Annotated[str, Meta(examples=["Decisions"])]
    unit: Annotated[str, Meta(examples=["decisions"])]
    definition: Annotated[str, Meta(examples=["Decisions made."])]
    formula: Annotated[str, Meta(examples=["count of decisions"])]
    sources: Annotated[list[str], Meta(description="Tables it is counted from", examples=[["decisions"]])]
    group_by: Annotated[
        list[str], Meta(description="Ways to ask for it; the first is the default", examples=[["day", "month"]])
    ]
    measures: list[Measure]
    notes: Annotated[list[str], Meta(examples=[[]])]
    needs_topic: bool
    digest: Annotated[str, Meta(description="SHA-256 of the published text", examples=["9f86d081884c7d65"])]

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
    """Every definition in force, in the order of the pages."""
