"""Flags and sources, as the API answers them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from common.errors import DomainError
from common.http import problem
from reviews.api.shapes.accounts import AccountReference
from reviews.models import Flag
from reviews.services.facts import StoredFlag
from reviews.services.intake import Submitted


class FlagReceived(Struct, frozen=True):
    """The flag was stored: its account, the case it is in, and its state."""

    id: UUID
    account: AccountReference
    case: UUID
    state: str

    @classmethod
    def of_stored(cls, flag: StoredFlag) -> "FlagReceived":
        """Takes a flag as intake answers it."""
        account = AccountReference(flag.account_id, flag.platform, flag.external_id)
        return cls(flag.id, account, flag.case_id, flag.state)


class FlagShown(FlagReceived, frozen=True):
    """A flag of yours, and what came of it. `outcome` is null until its case is decided."""

    policy: str
    client_reference: str
    flagged_at: datetime
    received_at: datetime
    outcome: str | None
    decided_at: datetime | None

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
    state: str | UnsetType = UNSET
    error: dict[str, Any] | UnsetType = UNSET

    @classmethod
    def of(cls, index: int, answer: Submitted | DomainError) -> "BulkResult":
        """The answer to the record at `index`, counted from 0."""
        refusal = answer if isinstance(answer, DomainError) else answer.error
        if refusal is not None:
            return cls(index=index, error=problem(refusal))
        assert isinstance(answer, Submitted)
        assert answer.flag is not None
        return cls(index=index, id=answer.flag.id, case=answer.flag.case_id, state=answer.flag.state)


class BulkAnswer(Struct, frozen=True):
    """How many records were stored and refused, and what became of each, in order."""

    accepted: int
    rejected: int
    results: list[BulkResult]
