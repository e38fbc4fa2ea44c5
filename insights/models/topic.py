"""Rollups of topics, by month. Each row says which raw rows it was counted from; the two sources are never added."""

from django.db import models

from accounts.choices import MessengerGroup, Stance
from accounts.models import Platform, Topic
from insights.choices import TopicSource


class TopicRollup(models.Model):
    """What every rollup of a topic is keyed by. `month` is the month's first day."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=12, choices=TopicSource)
    month = models.DateField()
    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True


class TopicCell(TopicRollup):
    """Posts and active accounts of one stance, messenger group and theme.

    An observed account stands in one cell a month, so `active_accounts` adds up within a month; tallies count the
    accounts of each cell apart, so there it is null.
    """

    stance = models.CharField(max_length=12, choices=Stance)
    messenger_group = models.CharField(max_length=20, choices=MessengerGroup, blank=True)
    theme = models.CharField(max_length=80, blank=True)
    posts = models.BigIntegerField()
    reposts = models.BigIntegerField(null=True)
    active_accounts = models.BigIntegerField(null=True)
    reach = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "source", "month", "platform", "stance", "messenger_group", "theme"],
                name="insights_topiccell_cell",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic_id} in {self.month:%Y-%m}, {self.stance}: {self.posts} posts"


class TopicLanguage(TopicRollup):
    """Posts in one language ("und": not told), by stance and messenger group."""

    stance = models.CharField(max_length=12, choices=Stance)
    messenger_group = models.CharField(max_length=20, choices=MessengerGroup, blank=True)
    language = models.CharField(max_length=35)
    posts = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "source", "month", "platform", "stance", "messenger_group", "language"],
                name="insights_topiclanguage_cell",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic_id} in {self.month:%Y-%m}, {self.language}: {self.posts} posts"


class TopicMonth(TopicRollup):
    """Which days of a month were watched, as bits (the lowest is the 1st): an observation covers its whole month, a
    tally its day. A month without a row is a gap, and so is a day without a bit."""

    days = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "source", "month", "platform"], name="insights_topicmonth_cell"),
        ]

    def __str__(self) -> str:
        return f"{self.topic_id} in {self.month:%Y-%m}: {self.days.bit_count()} days"
