"""Threats against staff."""

from django.db import models
from django.db.models import Q

from accounts.models import Account
from common.ids import new_id
from reviews.models.case import Case
from staff.models import User


class Threat(models.Model):
    """Somebody found a threat against people who work here on a case, and raised it to the security contact.

    Made by one gesture on the case; answered by a supervisor with a note. `words` are those of whoever raised it, if
    they wrote any. `told_at` is when the security contact was written to, `tried_at` when that was last begun. Nothing
    of `account` may be deleted before `preserve_until`: the database's triggers see to it, as for legal orders.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="threats")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="threats", db_index=False)
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    words = models.TextField(blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)
    preserve_until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(acknowledged_at__isnull=True), name="reviews_threat_one_open_per_case"
            ),
            models.CheckConstraint(
                name="reviews_threat_acknowledged",
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True, note="")
                | (Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False) & ~Q(note="")),
            ),
        ]
        indexes = [
            models.Index(fields=["raised_at"], condition=Q(acknowledged_at__isnull=True), name="reviews_threat_open"),
            models.Index(fields=["raised_at"], condition=Q(told_at__isnull=True), name="reviews_threat_untold"),
            models.Index(fields=["account", "preserve_until"], name="reviews_threat_hold"),
        ]

    def __str__(self) -> str:
        return f"Threat raised at {self.raised_at}"
