"""Policies and queues."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from common.ids import new_id
from reviews.choices import Severity


class Policy(models.Model):
    """A rule that accounts can break.

    `ladder` is the length of the first, second, … suspension in days, 0 meaning for good. `hours_to_decide` sets when
    a case is past its time. `reasons` are texts to start from; `reasons_by_language` holds the same in other languages
    (BCP 47 tag → texts). `statement_category` is the category of the statement of reasons (the EU database's enum).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=120)
    severity = models.PositiveSmallIntegerField(choices=Severity)
    guidance = models.TextField()
    reasons = ArrayField(models.TextField(), default=list, blank=True)
    reasons_by_language = models.JSONField(default=dict, db_default={}, blank=True)
    hours_to_decide = models.PositiveIntegerField()
    ladder = ArrayField(models.PositiveIntegerField())
    statement_category = models.CharField(max_length=80)
    version = models.PositiveIntegerField(default=1)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="reviews_policy_severity", condition=models.Q(severity__in=Severity.values)),
        ]

    def __str__(self) -> str:
        return self.title


class Queue(models.Model):
    """A named, filtered view of open cases that a team works. An empty filter field lets everything through."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    policies = models.ManyToManyField(Policy, blank=True, related_name="queues")
    languages = ArrayField(models.CharField(max_length=35), default=list, blank=True)
    platforms = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    source_kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.title
