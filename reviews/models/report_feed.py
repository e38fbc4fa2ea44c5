"""Reports that users make on a platform, pulled from there."""

from django.db import models
from django.db.models import Q

from accounts.models import Platform
from common.ids import new_id
from reviews.models.policy import Policy
from staff.models import ApiClient


class ReportFeed(models.Model):
    """A platform whose users' reports become flags of `client`, under `policy`. The row is the job: a worker takes it
    (`take_at` is when another may), asks for what came after `cursor`, and writes the flags and the new cursor
    together. `error` is why the last question got no answer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    platform = models.OneToOneField(Platform, on_delete=models.PROTECT, related_name="report_feed")
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="+", db_index=False)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_running = models.BooleanField(default=True)
    cursor = models.TextField(blank=True)
    take_at = models.DateTimeField()
    pulled_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["take_at"], condition=Q(is_running=True), name="reviews_report_feed_due")]

    def __str__(self) -> str:
        return str(self.platform_id)
