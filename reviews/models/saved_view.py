"""Saved views of the list of cases."""

from django.db import models

from common.ids import new_id
from staff.models import User


class SavedView(models.Model):
    """A list of cases under a name and an address of its own: its filters and its order, as a query string's words.

    Made, changed and deleted by its owner; everybody who sees cases sees a shared one. A pinned one is a tab.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=80)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    params = models.JSONField(default=dict)
    is_shared = models.BooleanField(default=False)
    is_pinned = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.title
