"""Answers to calls that carried an Idempotency-Key."""

from django.db import models
from django.db.models.functions import Now

from staff.models.client import ApiClient


class StoredAnswer(models.Model):
    """The first answer to a call, for whoever repeats it. Written in the transaction of what the call did; it dies
    48 hours later.

    `id` is taken from the client and its key (`staff.services.answers.id_of`), `fingerprint` is the SHA-256 of method,
    address and body, `body` what was answered, packed by zstd where `is_packed`.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    client = models.ForeignKey(ApiClient, on_delete=models.CASCADE, db_index=False, related_name="+")
    fingerprint = models.BinaryField()
    status = models.PositiveSmallIntegerField()
    body = models.BinaryField()
    is_packed = models.BooleanField()
    stored_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["stored_at"], name="staff_answer_stored")]

    def __str__(self) -> str:
        return f"{self.status} for {self.pk}"
