"""Small vocabularies of accounts and topics."""

from django.db import models


class ProtectedClass(models.TextChoices):
    """Accounts whose suspension needs more than one moderator. Empty: not protected."""

    NONE = "", "Not protected"
    JOURNALIST = "journalist", "Journalist"
    ELECTED_OFFICIAL = "elected_official", "Elected official"
    PUBLIC_INSTITUTION = "public_institution", "Public institution"
    MINOR = "minor", "Minor"


class PlatformState(models.TextChoices):
    """What the platform is known to have done by itself, apart from our decisions."""

    UNKNOWN = "", "Unknown"
    ACTIVE = "active", "Active"
    SUSPENDED = "suspended", "Suspended"
    GONE = "gone", "Gone"


class Stance(models.TextChoices):
    """How a post or an account stands to a topic."""

    PROMOTING = "promoting", "Promoting"
    COUNTERING = "countering", "Countering"
    NEUTRAL = "neutral", "Neutral"


class MessengerGroup(models.TextChoices):
    """Who speaks. Empty: not known."""

    UNKNOWN = "", "No group known"
    GOVERNMENT_BODY = "government_body", "Government body"
    RELIGIOUS_LEADER = "religious_leader", "Religious leader"
    SCHOOL = "school", "School"
    YOUTH_LEADER = "youth_leader", "Youth leader"
    ADVOCACY_GROUP = "advocacy_group", "Advocacy group"


class PostKind(models.TextChoices):
    """How a post came about. Empty: not known."""

    UNKNOWN = "", "Unknown"
    ORIGINAL = "original", "Original"
    REPOST = "repost", "Repost"
    QUOTE = "quote", "Quote"


class SnapshotCause(models.TextChoices):
    """Why a snapshot was taken."""

    FLAG = "flag", "Flag"
    IMPORT = "import", "Import"
