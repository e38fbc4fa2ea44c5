"""What has been touched since the last refresh, and when that was."""

from django.db import models

from insights.choices import MarkKind, Part


class Mark(models.Model):
    """A trigger's note that raw rows were written, with the keys that stand in the row itself.

    Inserted by the database in the writing transaction, deleted by the refresh in the transaction that recounts what
    it names. Append-only to writers (no unique key), so that writers never wait for one another.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=8, choices=MarkKind)
    day = models.DateField(null=True)
    account_id = models.UUIDField(null=True)
    topic_id = models.UUIDField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.day or ''} {self.account_id or ''} {self.topic_id or ''}"


class Freshness(models.Model):
    """How fresh a part of the rollups is: everything committed before `refreshed_at` is counted.

    `watermark` is the newest mark that was visible then: all marks up to it are dealt with. `recounted` is how many
    buckets that refresh counted anew. A part without a row was never counted: its first refresh counts everything.
    """

    part = models.CharField(max_length=12, choices=Part, primary_key=True)
    refreshed_at = models.DateTimeField()
    watermark = models.BigIntegerField()
    recounted = models.PositiveIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(name="insights_freshness_part", condition=models.Q(part__in=Part.values))]

    def __str__(self) -> str:
        return f"{self.part} as of {self.refreshed_at:%Y-%m-%d %H:%M:%S}"
