"""Questions to platforms about accounts under review."""

from django.db import models
from django.db.models import Q

from common.ids import new_id
from reviews.models.case import Case
from staff.models import User
from takedowns.choices import Standing


class Refresh(models.Model):
    """Somebody on a case's page wants to know what the platform says of the account now. The row is the job: a worker
    takes it (`take_at` is when another may), asks, and writes the answer. At most one per case waits for its answer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="refreshes", db_index=False)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    take_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    standing = models.CharField(max_length=10, choices=Standing, blank=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(answered_at__isnull=True), name="reviews_refresh_one_open_per_case"
            ),
            models.CheckConstraint(
                name="reviews_refresh_answered",
                condition=Q(answered_at__isnull=True, standing="") | (Q(answered_at__isnull=False) & ~Q(standing="")),
            ),
        ]
        indexes = [
            models.Index(fields=["take_at"], condition=Q(answered_at__isnull=True), name="reviews_refresh_due"),
            models.Index(fields=["case", "-asked_at"], name="reviews_refresh_case"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.standing or 'asked'}"
