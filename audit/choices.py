"""The kinds of actor that the log tells apart."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActorKind(models.TextChoices):
    """Who acted: a person at a page, an API client, or the system by itself."""

    PERSON = "person", _("Person")
    CLIENT = "client", _("API client")
    SYSTEM = "system", _("System")
