"""Organisations that API clients belong to."""

from django.db import models

from common.countries import country_name
from common.ids import new_id
from staff.choices import OrganisationKind


class Organisation(models.Model):
    """Who stands behind one or more API clients: a public authority, a research group, a company.

    Made at the shell with its first client, or on its page; never deleted. `country` is an ISO 3166-1 alpha-2 code,
    empty where none is known or it has no single one. Whether it is a trusted flagger isn't said here.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20, choices=OrganisationKind, default=OrganisationKind.OTHER)
    country = models.CharField(max_length=2, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="staff_organisation_kind", condition=models.Q(kind__in=OrganisationKind.values)
            ),
            models.CheckConstraint(
                name="staff_organisation_country", condition=models.Q(country__regex=r"^([A-Z]{2})?$")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def country_name(self) -> str:
        """The country's name in English; "" for none."""
        return country_name(self.country)

    @property
    def log_key(self) -> str:
        """How the log names this organisation."""
        return f"organisation:{self.pk}"
