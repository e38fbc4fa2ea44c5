"""Cases that somebody set aside: held for later, or asked about."""

from django.db import models
from django.db.models import Q

from common.ids import new_id
from reviews.choices import HoldEnd
from reviews.models.case import Case
from reviews.models.policy import Queue
from staff.models import User


class Hold(models.Model):
    """A person keeps a case for later, with a reason and a reminder. At most one per case is open (`ended_as` empty).

    It ends when they go on with the case, when the reminder is due, or when a supervisor gives the case to another.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="holds")
    holder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="holds")
    reason = models.TextField()
    held_at = models.DateTimeField()
    remind_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_as = models.CharField(max_length=10, choices=HoldEnd, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at__isnull=True), name="reviews_hold_one_open_per_case"
            ),
            models.CheckConstraint(
                name="reviews_hold_ended",
                condition=Q(ended_at__isnull=True, ended_as="")
                | Q(ended_at__isnull=False, ended_as__in=[end for end in HoldEnd.values if end]),
            ),
            models.CheckConstraint(name="reviews_hold_reason", condition=~Q(reason="")),
        ]
        indexes = [
            models.Index(fields=["remind_at"], condition=Q(ended_at__isnull=True), name="reviews_hold_due"),
            models.Index(fields=["holder"], condition=Q(ended_at__isnull=True), name="reviews_hold_holder"),
        ]

    def __str__(self) -> str:
        return f"{self.holder_id} holds {self.case_id}"


class Escalation(models.Model):
    """A question about a case, to a named queue. While it is open the case is escalated; its answer brings the case
    back, first to the asker. A supervisor who takes the case back closes it without an answer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="escalations")
    asker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="escalations")
    queue = models.ForeignKey(Queue, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    question = models.TextField()
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(closed_at__isnull=True), name="reviews_escalation_one_open_per_case"
            ),
            models.CheckConstraint(name="reviews_escalation_question", condition=~Q(question="")),
            models.CheckConstraint(
                name="reviews_escalation_answer",
                condition=Q(answer="", answered_by__isnull=True)
                | (Q(answered_by__isnull=False, closed_at__isnull=False) & ~Q(answer="")),
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(closed_at__isnull=True), name="reviews_escalation_open"),
            models.Index(fields=["case", "-asked_at"], name="reviews_escalation_case"),
        ]

    def __str__(self) -> str:
        return f"Question on {self.case_id}"
