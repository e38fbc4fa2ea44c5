"""Rules that supervisors set."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from common.ids import new_id
from reviews.rules.humane import ALWAYS, NEVER, NO_BOUNDS, HumaneRule
from reviews.rules.second_person import Rule
from staff.models import User


class SecondPersonRule(models.Model):
    """Which suspensions need a second person, beside those of protected accounts. Set by a supervisor, never changed
    and never deleted (triggers refuse it): the newest counts. Without a row, only protected accounts do."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    followers_above = models.PositiveIntegerField(null=True, blank=True)
    governments_only = models.BooleanField(default=False)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-set_at", "-id"], name="reviews_rule_newest")]

    def __str__(self) -> str:
        return f"Second person, set at {self.set_at}"

    @property
    def rule(self) -> Rule:
        """As `rules` take it."""
        return Rule(self.followers_above, self.governments_only)


class HumaneSetting(models.Model):
    """What holds for everybody who looks at hard material and chooses nothing else. Set by a supervisor, never changed
    and never deleted (triggers refuse it): the newest counts. Without a row, the defaults of `rules.humane` do.
    `bounds` are by severity, from 1 on; none while it is empty."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    veil_from = models.PositiveSmallIntegerField(default=ALWAYS)
    bounds = ArrayField(models.PositiveIntegerField(null=True), default=list, db_default=[])
    break_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="reviews_humane_veil", condition=models.Q(veil_from__gte=ALWAYS, veil_from__lte=NEVER)
            )
        ]
        indexes = [models.Index(fields=["-set_at", "-id"], name="reviews_humane_newest")]

    def __str__(self) -> str:
        return f"Humane work, set at {self.set_at}"

    @property
    def rule(self) -> HumaneRule:
        """As `rules` take it."""
        return HumaneRule(self.veil_from, tuple(self.bounds) or NO_BOUNDS, self.break_minutes)
