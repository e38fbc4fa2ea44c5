"""How much hard material people have opened."""

from django.db import models

from reviews.choices import Severity
from staff.models import User


class Exposure(models.Model):
    """How many different cases of a severity a person opened on a day of theirs, each counted once a day. It grows with
    the claim (`services.exposure`) and never falls: what was seen was seen, also when it was skipped or undone."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    severity = models.PositiveSmallIntegerField(choices=Severity)
    cases = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "day", "severity"], name="reviews_exposure_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.day}: {self.cases} of severity {self.severity}"
