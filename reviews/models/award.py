"""Trusted-flagger awards."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from common.ids import new_id
from reviews.rules.trust import AwardFacts
from staff.models import Organisation


class Award(models.Model):
    """A Digital Services Coordinator awarded an organisation the status of trusted flagger (Article 22 DSA).

    It stands from `awarded_on` through `ends_on` (open where empty), or until the day before `revoked_on`. The area of
    competence are policies, by code, and statement categories. At most one stands at a time; rows are never deleted, so
    that a flag stays what it was on its day.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="awards")
    awarded_by = models.CharField(max_length=200)
    awarded_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    revoked_on = models.DateField(null=True, blank=True)
    revoked_because = models.CharField(max_length=1000, blank=True)
    policies = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    categories = ArrayField(models.CharField(max_length=80), default=list, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="reviews_award_area", condition=~Q(policies=[]) | ~Q(categories=[])),
            models.CheckConstraint(
                name="reviews_award_ends", condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("awarded_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}, awarded by {self.awarded_by}"

    @property
    def facts(self) -> AwardFacts:
        """What `reviews.rules.trust` needs to know of it."""
        return AwardFacts(
            awarded_on=self.awarded_on,
            ends_on=self.ends_on,
            revoked_on=self.revoked_on,
            policies=frozenset(self.policies),
            categories=frozenset(self.categories),
        )
