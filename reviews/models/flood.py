"""Floods of flags."""

from django.db import models
from django.db.models import F, Q

from common.ids import new_id
from reviews.models.flag import Source


class Flood(models.Model):
    """A source sent more than `bound` flags within an hour. What it sent from `began_at` on, until `ended_at` (empty
    while it lasts), is part of the flood, and stays so."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="floods")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    bound = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=Q(ended_at__isnull=True), name="reviews_flood_one_at_a_time"
            ),
            models.CheckConstraint(
                name="reviews_flood_ended", condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("began_at"))
            ),
        ]
        indexes = [models.Index(fields=["source", "began_at"], name="reviews_flood_source")]

    def __str__(self) -> str:
        return f"Flood of {self.source_id} from {self.began_at:%Y-%m-%d %H:%M}"
