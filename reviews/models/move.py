"""Moves of cases to other queues."""

from django.db import models

from reviews.models.case import Case
from reviews.models.policy import Policy
from staff.models import User


class CaseMove(models.Model):
    """Somebody who had a case found its language or its policy wrong, and moved it. Never changed, never deleted."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="moves", db_index=False)
    moved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    moved_at = models.DateTimeField()
    from_language = models.CharField(max_length=35, blank=True)
    to_language = models.CharField(max_length=35, blank=True)
    from_policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["case", "moved_at"], name="reviews_casemove_case")]

    def __str__(self) -> str:
        return f"{self.case_id} at {self.moved_at:%Y-%m-%d %H:%M}"
