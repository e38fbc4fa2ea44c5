"""Decisions, as the API takes and answers them."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from accounts.shapes import Moment, Sent
from common.clock import in_utc
from common.closed_sets import one_of
from common.openapi import Instant
from reviews.api.shapes.accounts import AccountReference
from reviews.api.shapes.cases import Staff, Token
from reviews.choices import DecisionState, Outcome
from reviews.models import Decision
from reviews.services.facts import Verdict
from reviews.shapes import PolicyCode

Reason = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=10_000,
        description="As the account's owner will read it",
        examples=["It is part of a coordinated network."],
    ),
]


class DecisionIn(Sent):
    """The decision as asked for. `evidence_version` is the one that was looked at; without `until` for good."""

    staff: Staff
    claim_token: Token
    evidence_version: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    outcome: Annotated[Literal["suspend", "keep"], one_of(Outcome)]
    policy: PolicyCode
    reason: Reason
    until: Moment | None = None

    def verdict(self, case_id: UUID) -> Verdict:
        """As the service takes it. Raises Invalid naming a time that is out of range."""
        return Verdict(
            case_id=case_id,
            token=self.claim_token,
            evidence_version=self.evidence_version,
            outcome=self.outcome,
            policy=self.policy,
            reason=self.reason,
            until=in_utc(self.until, "until"),
        )


class UndoIn(Sent):
    """Who takes the decision back."""

    staff: Staff


class ReverseIn(Sent):
    """Who reverses the decision, and why."""

    staff: Staff
    reason: Reason


class DecisionShown(Struct, frozen=True):
    """A decision. It can be undone until `effective_at`, reversed after it. A proposal has no `effective_at`: it waits
    for a second person, as `needs` says why; `answered_at` is when one approved or refused it."""

    id: UUID
    state: Annotated[str, one_of(DecisionState)]
    outcome: Annotated[str, one_of(Outcome)]
    effective_at: Instant | None
    case: UUID
    account: AccountReference
    policy: Annotated[str, Meta(examples=["coordinated_inauthentic_behaviour"])]
    policy_version: int
    reason: Annotated[str, Meta(examples=["It is part of a coordinated network."])]
    until: Instant | None
    evidence_version: int
    decided_by: Annotated[str, Meta(description="The decider's pseudonym", examples=["Reviewer 12"])]
    decided_at: Instant
    reverses: UUID | None
    needs: Annotated[list[str], Meta(description="Why a second person is needed", examples=[["protected"]])]
    approver: Annotated[
        str | None, Meta(description="The second person's pseudonym, once they answered", examples=["Reviewer 7"])
    ]
    answered_at: Instant | None
    refusal: Annotated[str, Meta(description="Why the second person refused", examples=[""])]

    @classmethod
    def of(cls, row: Decision) -> "DecisionShown":
        """Takes a decision with case, account, platform, policy and decider."""
        return cls(
            id=row.pk,
            state=row.state,
            outcome=row.outcome,
            effective_at=row.effective_at,
            case=row.case_id,
            account=AccountReference.of(row.case.account),
            policy=row.policy.code,
            policy_version=row.policy_version,
            reason=row.reason,
            until=row.until,
            evidence_version=row.evidence_version,
            decided_by=row.decided_by.pseudonym,
            decided_at=row.decided_at,
            reverses=row.reverses_id,
            needs=row.needs,
            approver=row.approver.pseudonym if row.approver else None,
            answered_at=row.answered_at,
            refusal=row.refusal,
        )
