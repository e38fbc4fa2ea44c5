"""What was done about a source's misuse, and how many flags came meanwhile."""

from django.db import models
from django.db.models import F, Q

from common.ids import new_id
from reviews.models.flag import Source
from staff.models import User


class MisuseWarning(models.Model):
    """A source was warned that it frequently flags what is manifestly unfounded; with the counts that it rested on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="warnings")
    text = models.TextField()
    agreed = models.PositiveIntegerField()
    disagreed = models.PositiveIntegerField()
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["source", "-given_at"], name="reviews_warning_source")]

    def __str__(self) -> str:
        return f"Warning to {self.source_id}"


class ProcessingSuspension(models.Model):
    """A source's flags are not processed until `ends_at`, unless it is lifted before. Rests on a warning."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="suspensions")
    warning = models.ForeignKey(MisuseWarning, on_delete=models.PROTECT, related_name="suspensions")
    reason = models.TextField()
    imposed_at = models.DateTimeField()
    imposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ends_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lifted_because = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="reviews_suspension_ends", condition=Q(ends_at__gt=F("imposed_at"))),
            models.CheckConstraint(
                name="reviews_suspension_lifted",
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["source", "-imposed_at"], name="reviews_suspension_source")]

    def __str__(self) -> str:
        return f"{self.source_id} until {self.ends_at:%Y-%m-%d}"


class SourceDay(models.Model):
    """How many flags of a source were refused on a day (UTC) because its processing was suspended."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="days")
    day = models.DateField()
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "day"], name="reviews_sourceday_once")]

    def __str__(self) -> str:
        return f"{self.source_id} on {self.day}"
