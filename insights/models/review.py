"""Rollups of the review: flags and decisions by day, and the flow of cases."""

from django.db import models

from accounts.models import Platform
from reviews.models import Policy
from staff.choices import SourceKind
from staff.models import User


class FlagDay(models.Model):
    """The flags received on one day (UTC) from one kind of source under one policy on one platform, with a legal order
    or without: how many, and how many of them are in each state now. Cells add up along every column."""

    day = models.DateField()
    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="+")
    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="+")
    source_kind = models.CharField(max_length=20, choices=SourceKind)
    with_order = models.BooleanField()
    received = models.PositiveIntegerField()
    open = models.PositiveIntegerField()
    agreed = models.PositiveIntegerField()
    disagreed = models.PositiveIntegerField()
    withdrawn = models.PositiveIntegerField()
    already_actioned = models.PositiveIntegerField()
    gone = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "platform", "policy", "source_kind", "with_order"], name="insights_flagday_cell"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.received} flags, {self.source_kind}"


class DecisionDay(models.Model):
    """What one person decided on one day (UTC) under one policy on one platform. Cells add up along every column.

    Undone, proposed and refused decisions are in no column. A reversal is only in `reversals`, on the day it was made
    and for the person who made it; the decision it reversed stays counted where it was made. `government_…` are those
    on cases that held a government's flag, `only_government_…` those of them on cases that held no other.
    """

    day = models.DateField()
    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="+")
    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    suspensions = models.PositiveIntegerField()
    keeps = models.PositiveIntegerField()
    reversals = models.PositiveIntegerField()
    government_suspensions = models.PositiveIntegerField()
    government_keeps = models.PositiveIntegerField()
    only_government_suspensions = models.PositiveIntegerField()
    only_government_keeps = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "platform", "policy", "person"], name="insights_decisionday_cell"),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.suspensions} suspended, {self.keeps} kept"


class CaseFlow(models.Model):
    """How many cases of a platform were opened on one day and closed on another (null: still open), and on which day
    the first flag of a government came (null: none did). Cells add up.

    The backlog at a day's end is the cells opened by then and not closed by then; its oldest is their least
    `first_opened_at`; flagged by a government are those of `government_on` by then. One table answers all for any day,
    exactly.
    """

    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    government_on = models.DateField(null=True)
    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="+")
    cases = models.PositiveIntegerField()
    first_opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["opened_on", "closed_on", "government_on", "platform"],
                nulls_distinct=False,
                name="insights_caseflow_cell",
            ),
        ]
        indexes = [models.Index(fields=["closed_on"], name="insights_caseflow_closed")]

    def __str__(self) -> str:
        return f"{self.cases} opened on {self.opened_on}, closed on {self.closed_on}"
