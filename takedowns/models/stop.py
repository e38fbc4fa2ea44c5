"""Stops: nothing leaves for a platform, or for any."""

from django.db import models
from django.db.models import Q

from accounts.models import Platform
from common.ids import new_id


class Stop(models.Model):
    """Dispatch to a platform (None: to all) stands still from `stopped_at` until somebody lifts it.

    `stopped_by` and `lifted_by` name actors as the log does. The guard stops as the system (`is_by_guard`).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    platform = models.ForeignKey(Platform, null=True, blank=True, on_delete=models.PROTECT, related_name="stops")
    stopped_at = models.DateTimeField()
    stopped_by = models.CharField(max_length=80)
    stopped_by_label = models.CharField(max_length=200)
    reason = models.TextField()
    is_by_guard = models.BooleanField(default=False)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["platform"],
                condition=Q(lifted_at=None),
                nulls_distinct=False,
                name="takedowns_stop_one_in_force",
            ),
            models.CheckConstraint(name="takedowns_stop_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.platform or 'all'} since {self.stopped_at}"
