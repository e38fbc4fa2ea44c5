"""Entries of the log, as the API shows them."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct

from audit.choices import ActorKind
from audit.models import Entry
from common.closed_sets import one_of
from common.openapi import Instant
from common.paging import Page


class EntryShown(Struct, frozen=True):
    """One thing that somebody did."""

    id: UUID
    recorded_at: Instant
    action: Annotated[str, Meta(examples=["decision.made"])]
    actor_kind: Annotated[str, one_of(ActorKind)]
    actor: Annotated[str, Meta(examples=["person:moderator"])]
    actor_label: Annotated[str, Meta(examples=["Reviewer 12"])]
    on_behalf_of: Annotated[str | None, Meta(description="The person that a client acted for", examples=[None])]
    subjects: Annotated[
        list[str],
        Meta(
            description="What it is about, the main one first", examples=[["case:019cb1c5-8e00-7c3a-9b1e-4f2d6a7b8c9d"]]
        ),
    ]
    detail: dict[str, Any]

    @classmethod
    def of(cls, row: Entry) -> "EntryShown":
        """The entry from outside."""
        return cls(
            id=row.pk,
            recorded_at=row.recorded_at,
            action=row.action,
            actor_kind=row.actor_kind,
            actor=row.actor,
            actor_label=row.actor_label,
            on_behalf_of=row.on_behalf_of or None,
            subjects=row.subjects,
            detail=row.detail,
        )

    @classmethod
    def all_of(cls, rows: Sequence[Entry]) -> list["EntryShown"]:
        """The entries of a page."""
        return [cls.of(row) for row in rows]


class EntryPage(Page[EntryShown]):
    """Entries, newest first."""
