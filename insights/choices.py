"""Small vocabularies of statistics."""

from django.db import models


class Part(models.TextChoices):
    """One independently refreshed part of the rollups; each has its own freshness."""

    DECISIONS = "decisions", "Decisions"
    CASES = "cases", "Cases"
    DETECTIONS = "detections", "First flags"
    TOPICS = "topics", "Topics, from observations"
    TALLIES = "tallies", "Topics, from tallies"
    FLAGS = "flags", "Flags"


class MarkKind(models.TextChoices):
    """What a mark says was touched, and so which keys it carries."""

    DECIDED = "decided", "A day's decisions"
    CASE = "case", "The cases opened on a day"
    FLAGGED = "flagged", "An account's flags"
    RECEIVED = "received", "The flags received on a day"
    OBSERVED = "observed", "A month's observations"
    TRACKED = "tracked", "An account tracked for a topic"
    ACCOUNT = "account", "An account's facts"
    TALLIED = "tallied", "A topic's tallies of a month"


class Grain(models.TextChoices):
    """The length of the period that a distribution stands for."""

    DAY = "day", "Day"
    MONTH = "month", "Month"
    ALL = "all", "As things stand"


class TopicSource(models.TextChoices):
    """Which raw rows a topic's series were counted from. The two are never added: they may count the same posts."""

    OBSERVATIONS = "observations", "Observations of tracked accounts"
    TALLIES = "tallies", "Tallies sent by topic"
