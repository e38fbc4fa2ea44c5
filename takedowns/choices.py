"""Kinds and states of enforcements."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What must become true on the platform."""

    SUSPEND = "suspend", _("Suspend")
    REINSTATE = "reinstate", _("Reinstate")


class State(models.TextChoices):
    """How far an enforcement is. Moves stand in `takedowns.rules`."""

    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Sending")
    RETRYING = "retrying", _("Trying again")
    UNKNOWN = "unknown", _("Unknown")
    APPLIED = "applied", _("Applied")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")
    SUPERSEDED = "superseded", _("Superseded")


IN_FLIGHT = [State.SENDING, State.UNKNOWN]
UNDELIVERED = [State.WAITING, State.RETRYING]
LIVE = [State.WAITING, State.SENDING, State.RETRYING, State.UNKNOWN]


class Outcome(models.TextChoices):
    """What one attempt came to."""

    APPLIED = "applied", _("Applied")
    ALREADY = "already", _("Was so already")
    RETRY = "retry", _("To be tried again")
    AMBIGUOUS = "ambiguous", _("Sent, but no answer")
    REFUSED = "refused", _("Refused for good")
    NO_ACCOUNT = "no_account", _("No such account there")
    NOT_SENT = "not_sent", _("Never left")


class Standing(models.TextChoices):
    """What a platform says of an account when it is asked."""

    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    NO_ACCOUNT = "no_account", _("No such account there")
    UNCLEAR = "unclear", _("It did not say")
