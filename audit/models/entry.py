"""The log's entry. Leaf indices, personal values with their salts and tree nodes will stand in tables beside it."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from audit.choices import ActorKind
from common.ids import new_id


class Entry(models.Model):
    """One thing that somebody did. Written in the acting transaction; the database refuses to change or delete it.

    `actor` and `subjects` are plain strings ("person:…", "case:…", "account:twitter/ira:10_gop"): a row outlives
    whatever it speaks of. The column `xid` (xid8, the writing transaction) is kept by the database alone; sealing
    needs it, since ids and clocks don't tell in which order transactions committed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    recorded_at = models.DateTimeField()
    action = models.CharField(max_length=64)
    actor_kind = models.CharField(max_length=8, choices=ActorKind)
    actor = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=80)
    on_behalf_of = models.CharField(max_length=80, blank=True)
    subjects = ArrayField(models.CharField(max_length=400))
    detail = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(name="audit_entry_actor_kind", condition=models.Q(actor_kind__in=ActorKind.values)),
        ]
        indexes = [
            models.Index(fields=["-id"], name="audit_entry_newest"),
            models.Index(fields=["action", "-id"], name="audit_entry_action"),
            models.Index(fields=["actor", "-id"], name="audit_entry_actor"),
            models.Index(fields=["recorded_at"], name="audit_entry_recorded"),
            GinIndex(fields=["subjects"], name="audit_entry_subjects"),
        ]

    def __str__(self) -> str:
        return f"{self.recorded_at:%Y-%m-%d %H:%M:%S} {self.actor_label} {self.action} {' '.join(self.subjects)}"
