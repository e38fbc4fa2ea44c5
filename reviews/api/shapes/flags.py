"""Flags and sources, as the API answers them."""

from typing import Annotated, Any
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from common.errors import DomainError, Invalid
from common.http import problem
from common.openapi import Instant, one_of
from reviews.api.shapes.accounts import AccountReference
from reviews.choices import FlagState, Outcome
from reviews.models import Flag
from reviews.services.facts import StoredFlag
from reviews.services.intake import Submitted


class FlagReceived(Struct, frozen=True):
    """The flag was stored: its account, the case it is in, and its state."""

    id: UUID
    account: AccountReference
    case: UUID
    state: Annotated[str, one_of(FlagState.values)]

    @classmethod
    def of_stored(cls, flag: StoredFlag) -> "FlagReceived":
        """Takes a flag as intake answers it."""
        account = AccountReference(flag.account_id, flag.platform, flag.external_id)
        return cls(flag.id, account, flag.case_id, flag.state)


class FlagShown(FlagReceived, frozen=True):
    """A flag of yours, and what came of it. `outcome` is null until its case is decided."""

    policy: Annotated[str, Meta(examples=["coordinated_inauthentic_behaviour"])]
    client_reference: Annotated[str, Meta(examples=["ticket-4711"])]
    flagged_at: Instant
    received_at: Instant
    outcome: Annotated[str | None, Meta(examples=["suspend"], extra_json_schema={"enum": [*Outcome.values, None]})]
    decided_at: Instant | None

    @classmethod
    def of(cls, flag: Flag) -> "FlagShown":
        """Takes a flag with account, platform, policy and decision."""
        return cls(
            id=flag.pk,
            account=AccountReference.of(flag.account),
            case=flag.case_id,
            state=flag.state,
            policy=flag.policy.code,
            client_reference=flag.client_reference,
            flagged_at=flag.flagged_at,
            received_at=flag.received_at,
            outcome=flag.decision.outcome if flag.decision else None,
            decided_at=flag.decision.decided_at if flag.decision else None,
        )


class BulkResult(Struct, frozen=True, kw_only=True):
    """What became of one record: its flag and case, or the problem that it was refused for."""

    index: int
    id: UUID | UnsetType = UNSET
    case: UUID | UnsetType = UNSET
    state: Annotated[str | UnsetType, one_of(FlagState.values)] = UNSET
    error: Annotated[dict[str, Any] | UnsetType, Meta(description="The problem, when it was refused")] = UNSET

    @classmethod
    def of(cls, index: int, answer: Submitted | DomainError) -> "BulkResult":
        """The answer to the record at `index`, counted from 0."""
        refusal = answer if isinstance(answer, DomainError) else answer.error
        if refusal is not None:
            return cls(index=index, error=problem(refusal))
        assert isinstance(answer, Submitted)
        assert answer.flag is not None
        return cls(index=index, id=answer.flag.id, case=answer.flag.case_id, state=answer.flag.state)


BULK_EXAMPLE = [
    {
        "index": 0,
        "id": "019cb1c5-8e00-7c3a-9b1e-4f2d6a7b8c9d",
        "case": "019cb1c5-8e01-7d4b-8c2f-5a3e7b8c9d0e",
        "state": "open",
    },
    {"index": 1, "error": problem(Invalid("policy: Needed, and missing.", fields={"policy": "Needed, and missing"}))},
]


class BulkAnswer(Struct, frozen=True):
    """How many records were stored and refused, and what became of each, in order."""

    accepted: int
    rejected: int
    results: Annotated[list[BulkResult], Meta(examples=[BULK_EXAMPLE])]
