"""Drafts of decisions."""

from django.db import models

from common.ids import new_id
from reviews.models.case import Case, Claim
from staff.models import User


class Draft(models.Model):
    """What a person has chosen and typed on a case's page, and not decided yet. One per case and person.

    Kept by the open page while its holder works; it outlives the claim, so that a lost one costs no word. `claim` is
    the one it was last kept under. Deleted when the person decides the case; what lies longer than
    `services.drafts.DAYS_KEPT` goes when its writer keeps another.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="drafts")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="drafts")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="+")
    content = models.JSONField(default=dict)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "person"], name="reviews_draft_once"),
        ]
        indexes = [models.Index(fields=["person", "kept_at"], name="reviews_draft_person")]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.case_id}"
