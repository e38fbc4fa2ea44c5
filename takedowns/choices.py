"""Kinds and states of enforcements."""

from django.db import models


class Kind(models.TextChoices):
    """What must become true on the platform."""

    SUSPEND = "suspend", "Suspend"
    REINSTATE = "reinstate", "Reinstate"


class State(models.TextChoices):
    """How far an enforcement is. Moves stand in `takedowns.rules`."""

    WAITING = "waiting", "Waiting"
    SENDING = "sending", "Sending"
    RETRYING = "retrying", "Trying again"
    UNKNOWN = "unknown", "Unknown"
    APPLIED = "applied", "Applied"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"
    SUPERSEDED = "superseded", "Superseded"


IN_FLIGHT = [State.SENDING, State.UNKNOWN]
UNDELIVERED = [State.WAITING, State.RETRYING]
LIVE = [State.WAITING, State.SENDING, State.RETRYING, State.UNKNOWN]


class Outcome(models.TextChoices):
    """What one attempt came to."""

    APPLIED = "applied", "Applied"
    ALREADY = "already", "Was so already"
    RETRY = "retry", "To be tried again"
    AMBIGUOUS = "ambiguous", "Sent, but no answer"
    REFUSED = "refused", "Refused for good"
    NO_ACCOUNT = "no_account", "No such account there"
    NOT_SENT = "not_sent", "Never left"


class Standing(models.TextChoices):
    """What a platform says of an account when it is asked."""

    ACTIVE = "active", "Active"
    SUSPENDED = "suspended", "Suspended"
    NO_ACCOUNT = "no_account", "No such account there"
    UNCLEAR = "unclear", "It did not say"
