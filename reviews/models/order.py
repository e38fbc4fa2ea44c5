"""Legal orders."""

from django.db import models
from django.db.models import Q

from accounts.models import Account
from common import clock
from common.ids import new_id
from reviews.choices import OrderKind, OrderOutcome, OrderState, PauseReason
from reviews.models.case import Case
from reviews.models.flag import Flag
from reviews.rules import orders as rules
from staff.models import ApiClient


class LegalOrder(models.Model):
    """An authority's order that a flag carries: made with the flag, kept as long as what it holds.

    `received_at` is when the order reached the platform, as its sender says, or else when we got it. `deadline_at` is
    null where the order names none; while the clock is paused it stands still, and it moves by the pause when that
    ends. `alerted_at` is set once, at half the time. Nothing of `account` may be deleted before `preserve_until`: the
    database's triggers see to it, and let nobody bring that day forward.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    flag = models.OneToOneField(Flag, on_delete=models.PROTECT, related_name="legal_order")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="legal_orders")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="legal_orders")
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="legal_orders")
    order_id = models.CharField(max_length=200)
    authority = models.CharField(max_length=200)
    member_state = models.CharField(max_length=2, blank=True)
    kind = models.CharField(max_length=25, choices=OrderKind, default=OrderKind.OTHER)
    received_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    deadline_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=15, choices=PauseReason, blank=True)
    pause_text = models.TextField(blank=True)
    paused_seconds = models.PositiveIntegerField(default=0)
    alerted_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=OrderOutcome, blank=True)
    preserve_until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="reviews_order_kind", condition=Q(kind__in=OrderKind.values)),
            models.CheckConstraint(
                name="reviews_order_answered",
                condition=Q(answered_at__isnull=True, outcome="")
                | Q(answered_at__isnull=False, outcome__in=OrderOutcome.values),
            ),
            models.CheckConstraint(
                name="reviews_order_paused",
                condition=Q(paused_at__isnull=True, pause_reason="")
                | Q(paused_at__isnull=False, pause_reason__in=PauseReason.values),
            ),
        ]
        indexes = [
            models.Index(fields=["deadline_at"], condition=Q(answered_at__isnull=True), name="reviews_order_open"),
            models.Index(fields=["account", "preserve_until"], name="reviews_order_hold"),
            models.Index(fields=["-answered_at", "-id"], name="reviews_order_answers"),
        ]

    def __str__(self) -> str:
        return f"Order {self.order_id}"

    @property
    def is_overdue(self) -> bool:
        """Whether its deadline has passed while it waited for an answer."""
        return rules.state_of(self, clock.now()) == OrderState.OVERDUE
