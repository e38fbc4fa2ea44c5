"""Platforms."""

from django.db import models

from common.ids import new_id


class Platform(models.Model):
    """A service whose accounts we review. `connector` names how takedowns reach it (`takedowns.connectors`).

    `settings` is what that connector wants to know beside the address, as text by name; `secret` proves to the platform
    who calls, and stands here encrypted (`accounts.services.platforms`).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    connector = models.CharField(max_length=40)
    url = models.CharField(max_length=500, blank=True)
    settings = models.JSONField(default=dict, db_default={}, blank=True)
    secret = models.TextField(default="", db_default="", blank=True)
    requests_per_minute = models.PositiveIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
