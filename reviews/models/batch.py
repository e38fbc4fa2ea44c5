"""Batches."""

from django.db import models
from django.db.models import Q

from accounts.models import Account
from common.ids import new_id
from reviews.choices import BatchState, ItemState, LeftOut, NotReverted, Outcome
from reviews.models.decision import Decision
from reviews.models.policy import Policy
from staff.models import ApiClient, User


class Batch(models.Model):
    """A frozen list of accounts to decide on and enforce together. Planned with counts, approved by another person
    above a size, then run through the same `decide` as one case.

    `list_digest` is the SHA-256 of the frozen list: an approval holds for that list alone. `counts` is the dry run,
    `breakdown` its accounts by what they are. An approval holds until `approval_expires_at`.
    One that was cancelled while it ran (`cancelled_by`) has no `finished_at` until all is taken back that had not left.
    `retry_asked_at` is when somebody last asked that what had failed by then is tried again. `reverted_by` is who last
    asked, with `revert_reason`, that decisions are reversed, all or some; `reverted_at` when that was done.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.CharField(max_length=200)
    outcome = models.CharField(max_length=10, choices=Outcome)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    until = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.DRAFT)
    expected_count = models.PositiveIntegerField()
    list_digest = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)
    breakdown = models.JSONField(default=dict, db_default={})
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="batches")
    client = models.ForeignKey(ApiClient, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approval_expires_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    retry_asked_at = models.DateTimeField(null=True, blank=True)
    retried_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reverted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    revert_reason = models.TextField(blank=True, default="", db_default="")
    revert_asked_at = models.DateTimeField(null=True, blank=True)
    reverted_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="reviews_batch_state", condition=Q(state__in=BatchState.values)),
            models.CheckConstraint(name="reviews_batch_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="reviews_batch_second_person",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=models.F("asked_by")),
            ),
            models.CheckConstraint(
                name="reviews_batch_paused",
                condition=Q(state=BatchState.PAUSED, paused_at__isnull=False)
                | (~Q(state=BatchState.PAUSED) & Q(paused_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="reviews_batch_cancelled_by",
                condition=Q(cancelled_by__isnull=True)
                | Q(state__in=[BatchState.CANCELLED, BatchState.REVERTING, BatchState.REVERTED]),
            ),
            models.CheckConstraint(
                name="reviews_batch_reverted",
                condition=Q(reverted_by__isnull=False, revert_asked_at__isnull=False) & ~Q(revert_reason="")
                | ~Q(state__in=[BatchState.REVERTING, BatchState.REVERTED]),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def wave(self) -> str:
        """How the ledger knows this batch."""
        return f"batch:{self.pk}"

    @property
    def revert_wave(self) -> str:
        """How the ledger knows what reverts this batch."""
        return f"{self.wave}:revert"


class BatchItem(models.Model):
    """One line of a batch's frozen list, and what became of it. `reversal` is the decision that reverts its `decision`;
    `refusal` why that could not be reverted, when it was last asked for."""

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    platform = models.CharField(max_length=60)
    external_id = models.CharField(max_length=300)
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ItemState, default=ItemState.LISTED)
    left_out = models.CharField(max_length=20, choices=LeftOut, blank=True)
    decision = models.ForeignKey(Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reversal = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    refusal = models.CharField(max_length=15, choices=NotReverted, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "position"], name="reviews_batchitem_position"),
            models.CheckConstraint(
                name="reviews_batchitem_left_out",
                condition=Q(state=ItemState.LEFT_OUT) & ~Q(left_out="") | ~Q(state=ItemState.LEFT_OUT) & Q(left_out=""),
            ),
            models.CheckConstraint(
                name="reviews_batchitem_reversal",
                condition=Q(state=ItemState.REVERTED, reversal__isnull=False)
                | (~Q(state=ItemState.REVERTED) & Q(reversal__isnull=True)),
            ),
        ]
        indexes = [models.Index(fields=["batch", "state", "position"], name="reviews_batchitem_state")]

    def __str__(self) -> str:
        return f"{self.platform}/{self.external_id}"
