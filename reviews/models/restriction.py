"""Restrictions of accounts' material, and the alerts to the duty contact that they are."""

from django.db import models
from django.db.models import Q

from accounts.models import Account
from common.ids import new_id
from reviews.models.case import Case
from staff.choices import CLEARANCES, Clearance
from staff.models import User


class Restriction(models.Model):
    """An account's material is shown only to people with `clearance`, since a person said so (`made_by`), or since a
    flag under such a policy came (nobody). `case` is where it was said.

    It is an alert until somebody who is cleared acknowledges it; until then it is mailed to the duty contact
    (`mailed_at`; tried next at `mail_at`). It stands until a supervisor who is cleared lifts it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="restrictions", db_index=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="restrictions", db_index=False)
    clearance = models.CharField(max_length=20, choices=Clearance)
    made_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    mail_at = models.DateTimeField()
    mail_tries = models.PositiveIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    lifted_why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "clearance"], condition=Q(lifted_at__isnull=True), name="reviews_restriction_once"
            ),
            models.CheckConstraint(name="reviews_restriction_clearance", condition=Q(clearance__in=CLEARANCES)),
            models.CheckConstraint(
                name="reviews_restriction_lifted",
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lifted_why="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_why="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["mail_at"],
                condition=Q(mailed_at__isnull=True, acknowledged_at__isnull=True, lifted_at__isnull=True),
                name="reviews_restriction_to_mail",
            ),
            models.Index(
                fields=["-made_at", "-id"],
                condition=Q(acknowledged_at__isnull=True, lifted_at__isnull=True),
                name="reviews_restriction_alerting",
            ),
            models.Index(fields=["-made_at", "-id"], name="reviews_restriction_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.clearance} on {self.account_id}"
