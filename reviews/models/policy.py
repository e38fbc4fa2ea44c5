"""Policies and queues."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.choices import ProtectedClass
from common.ids import new_id
from reviews.choices import FollowerBand, Severity
from reviews.rules.lanes import AGE_STEPS
from staff.choices import Clearance, Role
from staff.models import Team


class Policy(models.Model):
    """A rule that accounts can break.

    `ladder` is the length of the first, second, … suspension in days, 0 meaning for good. `hours_to_decide` sets when
    a case is past its time. `clearance` is what people need to be shown, served or given its cases ("": nothing).
    `reasons` are texts to start from; `reasons_by_language` holds the same in other languages (BCP 47 tag → texts).
    `statement_category` is the category of the statement of reasons (the EU database's enum).
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
    clearance = models.CharField(max_length=20, choices=Clearance, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(name="reviews_policy_severity", condition=models.Q(severity__in=Severity.values)),
        ]

    def __str__(self) -> str:
        return self.title


class Queue(models.Model):
    """A named, filtered view of open cases that a team works. An empty filter field lets everything through.

    `older_than_hours` is one of `reviews.rules.lanes.AGE_STEPS`: such a queue serves the oldest first. Who may work it:
    its team, or everybody without one, with one of `roles`, or any role while that is empty.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    policies = models.ManyToManyField(Policy, blank=True, related_name="queues")
    severity_from = models.PositiveSmallIntegerField(choices=Severity, default=Severity.LOW)
    severity_to = models.PositiveSmallIntegerField(choices=Severity, default=Severity.CRITICAL)
    languages = ArrayField(models.CharField(max_length=35), default=list, blank=True)
    platforms = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    source_kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    protected_classes = ArrayField(models.CharField(max_length=20, choices=ProtectedClass), default=list, blank=True)
    follower_bands = ArrayField(models.CharField(max_length=12, choices=FollowerBand), default=list, blank=True)
    older_than_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="queues")
    roles = ArrayField(models.CharField(max_length=20, choices=Role), default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="reviews_queue_severity", condition=models.Q(severity_from__lte=models.F("severity_to"))
            ),
            models.CheckConstraint(
                name="reviews_queue_age",
                condition=models.Q(older_than_hours=None) | models.Q(older_than_hours__in=AGE_STEPS),
            ),
        ]

    def __str__(self) -> str:
        return self.title
