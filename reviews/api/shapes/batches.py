"""Batches, as the API takes and answers them."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from accounts.shapes import Key, Moment, Sent, Slug
from common.clock import in_utc
from common.closed_sets import one_of
from common.openapi import Instant
from common.paging import Page
from reviews.api.shapes.cases import Staff
from reviews.api.shapes.decisions import Reason
from reviews.choices import BatchState, ItemOutcome, LeftOut, NotReverted, Outcome
from reviews.models import Batch
from reviews.selectors.batch_items import Line
from reviews.selectors.batch_page import Pace
from reviews.selectors.batches import Progress
from reviews.services.batches import MAX_ACCOUNTS, Plan
from reviews.shapes import PolicyCode
from takedowns.choices import State

Title = Annotated[str, Meta(min_length=1, max_length=200, examples=["Copied-text ring, wave 3"])]
LEFT_OUT_EXAMPLE = {"already_suspended": 1204, "protected": 311}


class BatchAccount(Sent):
    """An account of the list."""

    platform: Slug
    external_id: Key


class BatchIn(Sent):
    """A batch as it is asked for. The list is frozen in its order; `expected_count` is how many accounts you mean it to
    hold: further than 2 % away, it is refused. Without `until` for good."""

    staff: Staff
    title: Title
    outcome: Annotated[Literal["suspend", "keep"], one_of(Outcome)]
    policy: PolicyCode
    reason: Reason
    expected_count: Annotated[int, Meta(ge=0, le=MAX_ACCOUNTS * 2, examples=[1])]
    accounts: Annotated[list[BatchAccount], Meta(min_length=1, max_length=MAX_ACCOUNTS)]
    until: Moment | None = None

    def plan(self) -> Plan:
        """As the service takes it. Raises Invalid naming a time that is out of range."""
        return Plan(
            title=self.title,
            outcome=self.outcome,
            policy=self.policy,
            reason=self.reason,
            expected_count=self.expected_count,
            accounts=[(row.platform, row.external_id) for row in self.accounts],
            until=in_utc(self.until, "until"),
        )


class BatchGestureIn(Sent):
    """Who does it."""

    staff: Staff


class BatchRevertIn(Sent):
    """Who has the batch reverted, and why; only on these accounts of the list, on all without them."""

    staff: Staff
    reason: Annotated[str, Meta(min_length=1, max_length=2000, examples=["The signal was wrong."])]
    accounts: Annotated[list[BatchAccount], Meta(min_length=1, max_length=MAX_ACCOUNTS)] | None = None

    def keys(self) -> list[tuple[str, str]] | None:
        """The accounts as the service takes them."""
        return None if self.accounts is None else [(row.platform, row.external_id) for row in self.accounts]


class BatchCounts(Struct, frozen=True):
    """The dry run: accounts on the list, to be enforced on, and left out, by reason."""

    listed: Annotated[int, Meta(examples=[126700])]
    to_enforce: Annotated[int, Meta(examples=[125185])]
    left_out: Annotated[dict[str, int], Meta(examples=[LEFT_OUT_EXAMPLE])]


class BatchBreakdown(Struct, frozen=True):
    """The dry run by what accounts are: to be enforced on by platform, language (BCP 47, empty where unknown) and
    follower band; on the list by protected class (empty: not protected), since a batch leaves those out."""

    platform: Annotated[dict[str, int], Meta(examples=[{"simulator": 125185}])]
    language: Annotated[dict[str, int], Meta(examples=[{"ru": 71930, "en": 53255}])]
    follower_band: Annotated[dict[str, int], Meta(examples=[{"under_1k": 125000, "from_1k": 185}])]
    protected_class: Annotated[dict[str, int], Meta(examples=[{"": 126389, "journalist": 311}])]


class BatchProgress(Struct, frozen=True, kw_only=True):
    """How far the batch is, in accounts: `to_decide` and `decided` add up to `total`; what was decided is in one of the
    ledger's states, but for what is kept, which no platform hears of. `per_second` is the pace of the last 30 seconds,
    `seconds_left` null where it can't be told."""

    total: Annotated[int, Meta(examples=[125185])]
    to_decide: Annotated[int, Meta(examples=[0])]
    decided: Annotated[int, Meta(examples=[125185])]
    waiting: Annotated[int, Meta(examples=[39720])]
    sending: Annotated[int, Meta(examples=[1500])]
    retrying: Annotated[int, Meta(examples=[168])]
    unknown: Annotated[int, Meta(examples=[37])]
    applied: Annotated[int, Meta(examples=[83736])]
    failed: Annotated[int, Meta(examples=[24])]
    cancelled: Annotated[int, Meta(examples=[0])]
    superseded: Annotated[int, Meta(examples=[0])]
    left_out: Annotated[int, Meta(examples=[1515])]
    per_second: Annotated[float, Meta(examples=[499.5])]
    seconds_left: Annotated[float | None, Meta(examples=[83.0])]

    @classmethod
    def of(cls, progress: Progress, pace: Pace) -> "BatchProgress":
        """Takes what the selectors give."""
        return cls(
            total=progress.total,
            to_decide=progress.to_decide,
            decided=progress.decided,
            left_out=sum(progress.left_out.values()),
            per_second=round(pace.per_second, 2),
            seconds_left=None if pace.seconds_left is None else round(pace.seconds_left, 1),
            **{str(state): getattr(progress, state) for state in State},
        )


class BatchShown(Struct, frozen=True, kw_only=True):
    """A batch. `list_digest` is the SHA-256 of the frozen list (one "platform TAB external id" a line), which an
    approval is bound to. `revert` tells how far reverting it is, null when nobody asked for it."""

    id: UUID
    state: Annotated[str, one_of(BatchState)]
    title: Title
    outcome: Annotated[str, one_of(Outcome)]
    policy: Annotated[str, Meta(examples=["coordinated_inauthentic_behaviour"])]
    reason: Annotated[str, Meta(examples=["It is part of a coordinated network."])]
    until: Instant | None
    expected_count: Annotated[int, Meta(examples=[126700])]
    counts: BatchCounts
    breakdown: BatchBreakdown
    list_digest: Annotated[str, Meta(examples=["9c1f40abe27d5f0f7b0f6f2f1a3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e"])]
    asked_by: Annotated[str, Meta(description="The asker's pseudonym", examples=["Reviewer 12"])]
    asked_at: Instant
    approved_by: Annotated[str | None, Meta(description="The approver's pseudonym", examples=["Reviewer 7"])]
    approved_at: Instant | None
    approval_expires_at: Instant | None
    started_at: Instant | None
    finished_at: Instant | None
    progress: BatchProgress
    revert: BatchProgress | None

    @classmethod
    def of(cls, row: Batch, progress: BatchProgress, revert: BatchProgress | None) -> "BatchShown":
        """Takes a batch with policy, asker and approver."""
        return cls(
            id=row.pk,
            state=row.state,
            title=row.title,
            outcome=row.outcome,
            policy=row.policy.code,
            reason=row.reason,
            until=row.until,
            expected_count=row.expected_count,
            counts=BatchCounts(row.counts["listed"], row.counts["to_enforce"], row.counts["left_out"]),
            breakdown=BatchBreakdown(
                **{name: row.breakdown.get(name, {}) for name in BatchBreakdown.__struct_fields__}
            ),
            list_digest=row.list_digest,
            asked_by=row.asked_by.pseudonym,
            asked_at=row.asked_at,
            approved_by=row.approved_by.pseudonym if row.approved_by else None,
            approved_at=row.approved_at,
            approval_expires_at=row.approval_expires_at,
            started_at=row.started_at,
            finished_at=row.finished_at,
            progress=progress,
            revert=revert,
        )


class BatchItemShown(Struct, frozen=True, kw_only=True):
    """One account of the list, and what came of it. `state` is the ledger's, null where nothing was asked of the
    platform; `error` is what the platform said last; `left_out` why the account is left out (empty: it isn't)."""

    line: Annotated[int, Meta(examples=[1])]
    platform: Annotated[str, Meta(examples=["simulator"])]
    external_id: Annotated[str, Meta(examples=["ira:10_gop"])]
    outcome: Annotated[str, one_of(ItemOutcome)]
    left_out: Annotated[str, one_of(LeftOut)]
    decision: UUID | None
    state: Annotated[str, one_of(State, name="EnforcementState")] | None
    error: Annotated[str, Meta(examples=["503: busy"])]
    reversal: UUID | None
    refusal: Annotated[str, one_of(NotReverted, "Why it was not reverted when somebody asked")]
    attempts: Annotated[int, Meta(examples=[1])]
    applied_at: Instant | None

    @classmethod
    def of(cls, line: Line) -> "BatchItemShown":
        """Takes a line of the list with its outcome."""
        row = line.enforcement
        return cls(
            line=line.item.position,
            platform=line.item.platform,
            external_id=line.item.external_id,
            outcome=line.outcome,
            left_out=line.item.left_out,
            decision=line.item.decision_id,
            state=row.state if row else None,
            error=row.error if row else "",
            reversal=line.item.reversal_id,
            refusal=line.item.refusal,
            attempts=row.attempts if row else 0,
            applied_at=row.applied_at if row else None,
        )


class BatchItemPage(Page[BatchItemShown]):
    """Accounts of a batch, in the list's order. `next` is the cursor of the following page, null on the last one."""
