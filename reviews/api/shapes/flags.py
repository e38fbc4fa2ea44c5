"""Flags and sources, as the API answers them."""

from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from accounts.shapes import Sent
from common import clock
from common.closed_sets import one_of
from common.errors import DomainError, Invalid
from common.http import problem
from common.openapi import Instant
from common.problems import ProblemShown
from reviews.api.shapes.accounts import AccountReference
from reviews.choices import FlagOutcome, FlagState, OrderOutcome, OrderState
from reviews.models import Flag, LegalOrder
from reviews.rules.orders import state_of
from reviews.services.facts import StoredFlag
from reviews.services.intake import Submitted


class OrderReceipt(Struct, frozen=True, kw_only=True):
    """The receipt of a legal order that a flag carries. `state` is open, paused, overdue or answered; `deadline` null
    where the order named none; `outcome` suspend, keep or withdrawn once it is answered."""

    id: UUID
    received_at: Instant
    acknowledged_at: Instant | None
    deadline: Instant | None
    state: Annotated[str, one_of(OrderState)]
    preserve_until: Instant
    outcome: Annotated[str, one_of(OrderOutcome)] | None
    answered_at: Instant | None

    @classmethod
    def of(cls, order: LegalOrder) -> "OrderReceipt":
        """The receipt at this moment."""
        return cls(
            id=order.pk,
            received_at=order.received_at,
            acknowledged_at=order.acknowledged_at,
            deadline=order.deadline_at,
            state=state_of(order, clock.now()),
            preserve_until=order.preserve_until,
            outcome=order.outcome or None,
            answered_at=order.answered_at,
        )


class NothingIn(Sent):
    """Nothing needs to be said; what is said nevertheless is refused by its name."""


class FlagReceived(Struct, frozen=True, kw_only=True):
    """The flag was stored: its account, the case it is in, and its state; with the receipt of the order it carries."""

    id: UUID
    account: AccountReference
    case: UUID
    state: Annotated[str, one_of(FlagState)]
    legal_order: OrderReceipt | UnsetType = UNSET

    @classmethod
    def of_stored(cls, flag: StoredFlag, order: LegalOrder | None) -> "FlagReceived":
        """Takes a flag as intake answers it, and the order that it carries."""
        account = AccountReference(flag.account_id, flag.platform, flag.external_id)
        receipt = OrderReceipt.of(order) if order else UNSET
        return cls(id=flag.id, account=account, case=flag.case_id, state=flag.state, legal_order=receipt)


class FlagShown(FlagReceived, frozen=True, kw_only=True):
    """A flag of yours, and what came of it. `outcome` is null until its case is decided; `gone` when its account was
    found to be gone from its platform, which says nothing of whether the flag was right."""

    policy: Annotated[str, Meta(examples=["coordinated_inauthentic_behaviour"])]
    client_reference: Annotated[str, Meta(examples=["ticket-4711"])]
    flagged_at: Instant
    received_at: Instant
    outcome: Annotated[str, one_of(FlagOutcome)] | None
    decided_at: Instant | None

    @classmethod
    def of(cls, flag: Flag) -> "FlagShown":
        """Takes a flag with account, platform, policy, decision and order."""
        order = getattr(flag, "legal_order", None)
        is_gone = flag.state == FlagState.GONE
        return cls(
            legal_order=OrderReceipt.of(order) if order else UNSET,
            id=flag.pk,
            account=AccountReference.of(flag.account),
            case=flag.case_id,
            state=flag.state,
            policy=flag.policy.code,
            client_reference=flag.client_reference,
            flagged_at=flag.flagged_at,
            received_at=flag.received_at,
            outcome=flag.decision.outcome if flag.decision else FlagOutcome.GONE if is_gone else None,
            decided_at=flag.decision.decided_at if flag.decision else flag.case.closed_at if is_gone else None,
        )


class BulkResult(Struct, frozen=True, kw_only=True):
    """What became of one record: its flag and case, or the problem that it was refused for."""

    index: int
    id: UUID | UnsetType = UNSET
    case: UUID | UnsetType = UNSET
    state: Annotated[str | UnsetType, one_of(FlagState)] = UNSET
    error: Annotated[ProblemShown | UnsetType, Meta(description="The problem, when it was refused")] = UNSET

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
