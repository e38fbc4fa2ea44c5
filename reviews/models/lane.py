"""Lanes, what tells that queues may hold others now, and the tallies of what stands in them: totals that a sweep keeps,
and the changes it hasn't added yet."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.choices import ProtectedClass
from accounts.models import Platform
from reviews.choices import CaseState, FollowerBand
from reviews.models.policy import Policy


class Lane(models.Model):
    """One combination of what queues filter by (`reviews.rules.lanes`). Each case stands in one; a queue is the lanes
    that its filter lets through.

    Made when the first case needs it, never changed, never deleted: there are as many as combinations that occurred.
    """

    id = models.AutoField(primary_key=True)
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, related_name="+", db_index=False)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+", db_index=False)
    language = models.CharField(max_length=35, blank=True)
    source_kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    protected_class = models.CharField(max_length=20, choices=ProtectedClass, blank=True)
    follower_band = models.CharField(max_length=12, choices=FollowerBand)
    clearances = ArrayField(models.CharField(max_length=20), default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "platform",
                    "policy",
                    "language",
                    "source_kinds",
                    "protected_class",
                    "follower_band",
                    "clearances",
                ],
                name="reviews_lane_once",
            ),
        ]

    def __str__(self) -> str:
        return f"Lane {self.pk}"


class Routing(models.Model):
    """Which lanes belong to which queue: `version` is another one whenever that may have changed. One row, written by
    triggers on lanes, queues, policies and platforms, so that what was remembered of it can be checked."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.UUIDField()

    class Meta:
        constraints = [models.CheckConstraint(name="reviews_routing_one", condition=models.Q(id=1))]


class CaseChange(models.Model):
    """So many cases came into (`cases` > 0) or left (< 0) one place of the tallies. Written by triggers on the cases'
    table in the writing transaction; the sweep adds it to the totals and deletes it."""

    id = models.BigAutoField(primary_key=True)
    lane = models.ForeignKey(Lane, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False)
    state = models.CharField(max_length=12, choices=CaseState)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    cases = models.IntegerField()


class OpenTotal(models.Model):
    """How many open cases of a lane are in a state, and how old and how late they were at the tallies' moment.

    `age_step` counts the steps of `reviews.rules.lanes.AGE_STEPS` that the cases had passed; `is_late`: they were past
    their time.
    """

    id = models.BigAutoField(primary_key=True)
    lane = models.ForeignKey(Lane, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False)
    state = models.CharField(max_length=12, choices=CaseState)
    age_step = models.PositiveSmallIntegerField()
    is_late = models.BooleanField()
    cases = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lane", "state", "age_step", "is_late"], name="reviews_opentotal_once"),
        ]


class FlowTotal(models.Model):
    """How many cases of a lane were opened and decided in the five minutes from `begins_at` on. Deleted when older than
    any page asks for."""

    id = models.BigAutoField(primary_key=True)
    lane = models.ForeignKey(Lane, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False)
    begins_at = models.DateTimeField()
    opened = models.IntegerField()
    decided = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lane", "begins_at"], name="reviews_flowtotal_once"),
        ]


class TallyMoment(models.Model):
    """The moment up to which the totals know what is old and what is late. One row; none before the first sweep."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="reviews_tallymoment_one", condition=models.Q(id=1))]
