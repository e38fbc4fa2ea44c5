"""Definitions, as they were published."""

from django.db import models


class Definition(models.Model):
    """One version of what a published number means. Written by the refresh from `insights.definitions`, never changed:
    another text is another version, so that a figure published last year still says what it meant."""

    name = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    body = models.JSONField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="insights_definition_version")]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"
