"""API clients and their keys."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from common.ids import new_id
from staff.choices import STATEABLE, SourceKind
from staff.models.organisation import Organisation
from staff.models.user import User


def every_stateable_kind() -> list[str]:
    """Every kind of source but `relay`: what a relay may state unless its terms are narrower."""
    return list(STATEABLE)


class ApiClient(models.Model):
    """A program that calls the API. Its kind is the kind of source its flags come from.

    A client of kind `relay` passes on what others flag: it states the kind of each flag, one of `may_state`; `terms`
    says what was agreed with it. Both mean nothing for other kinds. `calls_per_second` None means as
    many as the setting says.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=20, choices=SourceKind)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="clients"
    )
    may_state = ArrayField(models.CharField(max_length=20), default=every_stateable_kind)
    terms = models.TextField(blank=True)
    calls_per_second = models.PositiveIntegerField(null=True, blank=True)
    acts_for = models.ManyToManyField(User, blank=True, related_name="clients")
    created_at = models.DateTimeField(db_default=Now())
    disabled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="staff_apiclient_calls",
                condition=models.Q(calls_per_second__isnull=True) | models.Q(calls_per_second__gt=0),
            ),
            models.CheckConstraint(name="staff_apiclient_kind", condition=models.Q(kind__in=SourceKind.values)),
            models.CheckConstraint(
                name="staff_apiclient_may_state", condition=models.Q(may_state__contained_by=STATEABLE)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def actor_key(self) -> str:
        """How the log names this client."""
        return f"client:{self.pk}"


class ApiKey(models.Model):
    """One key of a client: shown once, stored as a hash. Two may live at a time, for rotation."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="keys")
    prefix = models.CharField(max_length=16, unique=True)
    secret_hash = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=32))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.prefix} of {self.client_id}"
