"""Small vocabularies of statistics."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Part(models.TextChoices):
    """One independently refreshed part of the rollups; each has its own freshness."""

    DECISIONS = "decisions", _("Decisions")
    CASES = "cases", _("Cases")
    DETECTIONS = "detections", _("First flags")
    TOPICS = "topics", _("Topics, from observations")
    TALLIES = "tallies", _("Topics, from tallies")
    FLAGS = "flags", _("Flags")


class MarkKind(models.TextChoices):
    """What a mark says was touched, and so which keys it carries."""

    DECIDED = "decided", _("A day's decisions")
    CASE = "case", _("The cases opened on a day")
    FLAGGED = "flagged", _("An account's flags")
    RECEIVED = "received", _("The flags received on a day")
    OBSERVED = "observed", _("A month's observations")
    TRACKED = "tracked", _("An account tracked for a topic")
    ACCOUNT = "account", _("An account's facts")
    TALLIED = "tallied", _("A topic's tallies of a month")


class Grain(models.TextChoices):
    """The length of the period that a distribution stands for."""

    DAY = "day", _("Day")
    MONTH = "month", _("Month")
    ALL = "all", _("As things stand")


class TopicSource(models.TextChoices):
    """Which raw rows a topic's series were counted from. The two are never added: they may count the same posts."""

    OBSERVATIONS = "observations", _("Observations of tracked accounts")
    TALLIES = "tallies", _("Tallies sent by topic")
