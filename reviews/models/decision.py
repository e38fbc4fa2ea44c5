"""Decisions."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import Account
from common.ids import new_id
from reviews.choices import STANDING, DecisionState, Need, Outcome
from reviews.models.case import Case, Claim
from reviews.models.policy import Policy
from staff.models import ApiClient, User


class Decision(models.Model):
    """Suspend (until an instant, or for good) or keep, with its reason, the evidence seen and the decider.

    Its content never changes (a trigger refuses it); only `state` and what goes with it moves. `pending` until
    `effective_at`: so long it can be undone. One decision stands per case at a time. A reversal is a new decision
    that points at the old one with `reverses`. `source_kinds` are the kinds of source that had flagged the case by
    then.

    One that needs a second person (`needs` says why) is `proposed` first: it has no `effective_at` and sends nothing.
    The `approver` is who approved it or refused it (with `refusal`), at `answered_at`; `decided_by` stays the proposer.
    A proposal that its proposer took back is `undone` without an approver.

    Of one made on the case page: `proposed_days` is what the ladder proposed (0 for good), `length_reason` why another
    length was chosen, `evidence_seen` the external ids of the posts that the decider looked at. Others don't say them.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=10, choices=Outcome)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+")
    policy_version = models.PositiveIntegerField()
    reason = models.TextField()
    until = models.DateTimeField(null=True, blank=True)
    proposed_days = models.PositiveIntegerField(null=True, blank=True)
    length_reason = models.TextField(blank=True, default="", db_default="")
    evidence_version = models.PositiveIntegerField()
    source_kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    evidence_seen = ArrayField(models.CharField(max_length=300), null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="decisions")
    client = models.ForeignKey(ApiClient, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    claim = models.ForeignKey(Claim, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey("Batch", null=True, blank=True, on_delete=models.PROTECT, related_name="decisions")
    reverses = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversals")
    decided_at = models.DateTimeField()
    effective_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=DecisionState, default=DecisionState.PENDING)
    needs = ArrayField(models.CharField(max_length=15, choices=Need), default=list, blank=True)
    approver = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="approvals")
    answered_at = models.DateTimeField(null=True, blank=True)
    refusal = models.TextField(blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state__in=STANDING),
                name="reviews_decision_one_standing_per_case",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state=DecisionState.PROPOSED),
                name="reviews_decision_one_proposed_per_case",
            ),
            models.CheckConstraint(
                name="reviews_decision_second_person",
                condition=Q(approver__isnull=True) | ~Q(approver=F("decided_by")),
            ),
            models.CheckConstraint(
                name="reviews_decision_answered",
                condition=Q(approver__isnull=True, answered_at__isnull=True, refusal="")
                | (Q(approver__isnull=False, answered_at__isnull=False) & ~Q(state=DecisionState.PROPOSED)),
            ),
            models.CheckConstraint(
                name="reviews_decision_refusal",
                condition=(Q(state=DecisionState.REFUSED, approver__isnull=False) & ~Q(refusal=""))
                | (~Q(state=DecisionState.REFUSED) & Q(refusal="")),
            ),
            models.CheckConstraint(
                name="reviews_decision_needs_approval",
                condition=Q(needs__len=0)
                | Q(approver__isnull=False)
                | Q(state__in=[DecisionState.PROPOSED, DecisionState.UNDONE]),
            ),
            models.CheckConstraint(
                name="reviews_decision_effective_at",
                condition=Q(effective_at__isnull=False) & ~Q(state__in=[DecisionState.PROPOSED, DecisionState.REFUSED])
                | Q(
                    effective_at__isnull=True,
                    state__in=[DecisionState.PROPOSED, DecisionState.REFUSED, DecisionState.UNDONE],
                ),
            ),
            models.CheckConstraint(name="reviews_decision_state", condition=Q(state__in=DecisionState.values)),
            models.CheckConstraint(name="reviews_decision_outcome", condition=Q(outcome__in=Outcome.values)),
            models.CheckConstraint(name="reviews_decision_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="reviews_decision_until", condition=Q(until__isnull=True) | Q(outcome=Outcome.SUSPEND)
            ),
        ]
        indexes = [
            models.Index(
                fields=["effective_at"],
                condition=Q(state=DecisionState.PENDING),
                name="reviews_decision_pending",
            ),
            models.Index(
                fields=["decided_at"], condition=Q(state=DecisionState.PROPOSED), name="reviews_decision_proposed"
            ),
            models.Index(
                fields=["approver", "-answered_at"],
                condition=Q(approver__isnull=False),
                name="reviews_decision_approver",
            ),
            models.Index(fields=["decided_by", "-decided_at"], name="reviews_decision_decider"),
            models.Index(fields=["account", "-decided_at"], name="reviews_decision_account"),
            models.Index(fields=["decided_at"], name="reviews_decision_day"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.account_id} ({self.state})"

    @property
    def cause(self) -> str:
        """How the ledger knows this decision."""
        return f"decision:{self.pk}"

    @property
    def final_at(self) -> datetime:
        """When the undo window of a decision that stands, or stood, ends. A proposal has none yet."""
        assert self.effective_at is not None
        return self.effective_at

    @property
    def settled_at(self) -> datetime:
        """When it was settled that it stands: approved, or decided where nobody else was needed."""
        return self.answered_at or self.decided_at
