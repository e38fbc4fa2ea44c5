"""Figures that don't add up over periods: medians and percentiles, and the first flags they are counted from."""

from django.db import models
from django.db.models import Q

from accounts.models import Account, Platform, Topic
from insights.choices import Grain


class Distribution(models.Model):
    """Mean, median, 90th percentile and greatest of one measure in one period, whole or for one group.

    `dimension` and `key` name the group (both empty: the whole). `n` values were known, `unknown` were null and are in
    no figure; `zeros` of the known are 0. Percentiles interpolate linearly (PostgreSQL's `percentile_cont`).
    Percentiles of months don't follow from those of days, so each period is counted from raw rows.
    """

    statistic = models.CharField(max_length=40)
    grain = models.CharField(max_length=5, choices=Grain)
    start = models.DateField(null=True)
    topic = models.ForeignKey(Topic, null=True, on_delete=models.CASCADE, related_name="+")
    dimension = models.CharField(max_length=20, blank=True)
    key = models.CharField(max_length=80, blank=True)
    n = models.PositiveIntegerField()
    unknown = models.PositiveIntegerField()
    zeros = models.PositiveIntegerField()
    total = models.DecimalField(max_digits=30, decimal_places=6, null=True)
    median = models.FloatField(null=True)
    p90 = models.FloatField(null=True)
    maximum = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["statistic", "topic", "grain", "start", "dimension", "key"],
                nulls_distinct=False,
                name="insights_distribution_cell",
            ),
            models.CheckConstraint(
                name="insights_distribution_start",
                condition=Q(grain=Grain.ALL, start__isnull=True) | (~Q(grain=Grain.ALL) & Q(start__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statistic} {self.start or ''} {self.key}: median {self.median} of {self.n}"

    @property
    def mean(self) -> float | None:
        """The arithmetic mean of the known values; None when none is known."""
        return float(self.total / self.n) if self.n and self.total is not None else None


class Detection(models.Model):
    """The first flag of an account and the followers it had then. One row per account that was ever flagged."""

    account = models.OneToOneField(Account, primary_key=True, on_delete=models.CASCADE, related_name="+")
    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="+")
    flag_id = models.UUIDField()
    month = models.DateField()
    followers = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["month"], name="insights_detection_month")]

    def __str__(self) -> str:
        return f"{self.account_id} first flagged in {self.month:%Y-%m}"
