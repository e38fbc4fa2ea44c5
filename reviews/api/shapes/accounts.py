"""Accounts, as the API shows and takes them."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from accounts.choices import PlatformState, ProtectedClass
from accounts.models import Account
from accounts.services.writing import Written
from accounts.shapes import AccountIn, ActivityIn, Slug
from common.closed_sets import one_of
from common.errors import DomainError, Invalid
from common.http import problem
from common.openapi import Instant
from common.problems import ProblemShown
from reviews.selectors.accounts import AccountState
from takedowns.choices import Kind, State
from takedowns.models import Enforcement


class AccountPut(AccountIn):
    """What is said of the account; what is left out keeps what is stored. Names in the path need not be repeated."""

    external_id: str = ""
    platform: str = ""


class AccountRecord(AccountIn, kw_only=True):
    """An account with its platform, as it is sent among many."""

    platform: Slug


class ActivityRecord(ActivityIn, kw_only=True):
    """A tally with its platform and topic, as it is sent among many. Sent again, it replaces what was counted."""

    platform: Slug
    topic: Slug


class RecordResult(Struct, frozen=True, kw_only=True):
    """What became of one record: the account that it wrote, or the problem that it was refused for."""

    index: int
    id: UUID | UnsetType = UNSET
    created: bool | UnsetType = UNSET
    error: Annotated[ProblemShown | UnsetType, Meta(description="The problem, when it was refused")] = UNSET

    @classmethod
    def of(cls, index: int, answer: Written | DomainError | None) -> "RecordResult":
        """The answer to the record at `index`, counted from 0; None for one that was taken and has no id."""
        if isinstance(answer, DomainError):
            return cls(index=index, error=problem(answer))
        return cls(index=index, id=answer.id, created=answer.is_new) if answer else cls(index=index)


RECORDS_EXAMPLE = [
    {"index": 0, "id": "019cb1c5-8e00-7c3a-9b1e-4f2d6a7b8c9d", "created": True},
    {"index": 1, "error": problem(Invalid("handle: Needed, and missing.", fields={"handle": "Needed, and missing"}))},
]


class RecordsAnswer(Struct, frozen=True):
    """How many records were taken and refused, and what became of each, in order."""

    accepted: int
    rejected: int
    results: Annotated[list[RecordResult], Meta(examples=[RECORDS_EXAMPLE])]

    @classmethod
    def of(cls, answers: Sequence[Written | DomainError | None]) -> "RecordsAnswer":
        """The answers in order."""
        results = [RecordResult.of(index, answer) for index, answer in enumerate(answers)]
        rejected = sum(result.error is not UNSET for result in results)
        return cls(len(results) - rejected, rejected, results)


class AccountReference(Struct, frozen=True):
    """Which account it is."""

    id: UUID
    platform: Annotated[str, Meta(examples=["simulator"])]
    external_id: Annotated[str, Meta(examples=["ira:10_gop"])]

    @classmethod
    def of(cls, row: Account) -> "AccountReference":
        """Takes an account with its platform."""
        return cls(row.pk, row.platform.slug, row.external_id)


class AccountShown(AccountReference, frozen=True):
    """An account under review. Empty and null mean "not known"."""

    handle: Annotated[str, Meta(examples=["10_gop"])]
    display_name: Annotated[str, Meta(examples=["Tennessee"])]
    bio: Annotated[str, Meta(examples=["Local news"])]
    url: Annotated[str, Meta(examples=["https://example.org/10_gop"])]
    language: Annotated[str, Meta(description="BCP 47", examples=["en"])]
    country: Annotated[str, Meta(description="ISO 3166-1, two letters", examples=["US"])]
    followers: int | None
    following: int | None
    posts: int | None
    created_on: date | None
    protected_class: Annotated[str, one_of(ProtectedClass)]
    platform_state: Annotated[str, one_of(PlatformState, "What the platform is known to have done, apart from us")]
    platform_state_by: date | None

    @classmethod
    def of(cls, row: Account) -> "AccountShown":
        """Takes an account with its platform."""
        return cls(platform=row.platform.slug, **{name: getattr(row, name) for name in cls._own_names()})

    @classmethod
    def _own_names(cls) -> list[str]:
        return [name for name in AccountShown.__struct_fields__ if name != "platform"]


class EnforcementShown(Struct, frozen=True):
    """What must become true of the account on its platform, and how far that is."""

    kind: Annotated[str, one_of(Kind, name="EnforcementKind")]
    state: Annotated[str, one_of(State, name="EnforcementState")]
    attempts: int
    applied_at: Instant | None

    @classmethod
    def of(cls, row: Enforcement) -> "EnforcementShown":
        """The enforcement from outside."""
        return cls(row.kind, row.state, row.attempts, row.applied_at)


class AccountStateShown(AccountShown, frozen=True):
    """An account, its open case if there is one, and the newest enforcement on it."""

    open_case: UUID | None
    enforcement: EnforcementShown | None

    @classmethod
    def of_state(cls, state: AccountState) -> "AccountStateShown":
        """What is known of the account."""
        shown = msgspec.structs.asdict(AccountShown.of(state.account))
        return cls(
            **shown,
            open_case=state.open_case_id,
            enforcement=EnforcementShown.of(state.enforcement) if state.enforcement else None,
        )
