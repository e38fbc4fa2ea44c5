"""People who work here."""

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models

from common.ids import new_id
from staff.choices import Clearance, Role


class Team(models.Model):
    """A group of people that works a set of queues."""

    name = models.CharField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """One person. Others see the pseudonym; the role decides what the person may do; languages decide what is served,
    clearances which restricted material is shown at all. `page_language` is what the pages speak ("": what the browser
    asks for), whatever the content's language. `preferences` are the person's own, by name; what each means stands
    where it is used. Their day turns at midnight in `time_zone` (IANA; "": the installation's).

    Rows are never deleted: somebody who leaves is made inactive, so that what they did keeps its name.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    role = models.CharField(max_length=20, choices=Role, default=Role.MODERATOR)
    pseudonym = models.CharField(max_length=80, unique=True)
    languages = ArrayField(models.CharField(max_length=35), default=list, blank=True)
    page_language = models.CharField(max_length=16, blank=True)
    clearances = ArrayField(models.CharField(max_length=20, choices=Clearance), default=list, blank=True)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    preferences = models.JSONField(default=dict, db_default={}, blank=True)
    time_zone = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="staff_user_role", condition=models.Q(role__in=Role.values)),
        ]

    def __str__(self) -> str:
        return self.pseudonym

    @property
    def clearance_labels(self) -> list[str]:
        """The person's clearances in words."""
        return [str(Clearance(clearance).label) for clearance in self.clearances]

    @property
    def actor_key(self) -> str:
        """How the log names this person."""
        return f"person:{self.username}"
