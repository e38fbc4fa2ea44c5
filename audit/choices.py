"""The kinds of actor that the log tells apart."""

from django.db import models


class ActorKind(models.TextChoices):
    """Who acted: a person at a page, an API client, or the system by itself."""

    PERSON = "person", "Person"
    CLIENT = "client", "API client"
    SYSTEM = "system", "System"
