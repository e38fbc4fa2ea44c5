"""Tracked threats and campaigns, the accounts tracked for them, and tallies."""

from django.db import models
from django.db.models.functions import Now

from accounts.choices import MessengerGroup, Stance
from accounts.models.account import Account
from accounts.models.platform import Platform
from common.ids import new_id


class Topic(models.Model):
    """A tracked threat or campaign. `definition` says what counts as it; a changed definition has a new version."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    definition = models.TextField()
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.title


class TrackedAccount(models.Model):
    """An account whose observations count towards a topic, and how it stands to it."""

    id = models.BigAutoField(primary_key=True)
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="tracked")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tracked_for")
    stance = models.CharField(max_length=12, choices=Stance)
    messenger_group = models.CharField(max_length=20, choices=MessengerGroup, blank=True)
    theme = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "account"], name="accounts_trackedaccount_once"),
            models.CheckConstraint(name="accounts_trackedaccount_stance", condition=models.Q(stance__in=Stance.values)),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} for {self.topic_id}"


class Activity(models.Model):
    """One tally: posts of a topic on a platform, by day, language, stance, messenger group and theme.

    `accounts` are the distinct accounts of this one cell: they can't be added up over cells. `reach` is followers
    reached, null where the sender doesn't count it.
    """

    id = models.BigAutoField(primary_key=True)
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="activity")
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    language = models.CharField(max_length=35, blank=True)
    stance = models.CharField(max_length=12, choices=Stance)
    messenger_group = models.CharField(max_length=20, choices=MessengerGroup, blank=True)
    theme = models.CharField(max_length=80, blank=True)
    posts = models.BigIntegerField()
    reposts = models.BigIntegerField(null=True)
    accounts = models.BigIntegerField(null=True)
    reach = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "platform", "day", "language", "stance", "messenger_group", "theme"],
                name="accounts_activity_cell",
            ),
            models.CheckConstraint(name="accounts_activity_stance", condition=models.Q(stance__in=Stance.values)),
            models.CheckConstraint(name="accounts_activity_posts", condition=models.Q(posts__gte=0)),
        ]
        indexes = [models.Index(fields=["topic", "day"], name="accounts_activity_day")]

    def __str__(self) -> str:
        return f"{self.topic_id} on {self.day}"
