"""Small vocabularies of accounts and topics."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProtectedClass(models.TextChoices):
    """Accounts whose suspension needs more than one moderator. Empty: not protected."""

    NONE = "", _("Not protected")
    JOURNALIST = "journalist", _("Journalist")
    ELECTED_OFFICIAL = "elected_official", _("Elected official")
    PUBLIC_INSTITUTION = "public_institution", _("Public institution")
    MINOR = "minor", _("Minor")


class PlatformState(models.TextChoices):
    """What the platform is known to have done by itself, apart from our decisions."""

    UNKNOWN = "", _("Unknown")
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    GONE = "gone", _("Gone")


class Stance(models.TextChoices):
    """How a post or an account stands to a topic."""

    PROMOTING = "promoting", _("Promoting")
    COUNTERING = "countering", _("Countering")
    NEUTRAL = "neutral", _("Neutral")


class MessengerGroup(models.TextChoices):
    """Who speaks. Empty: not known."""

    UNKNOWN = "", _("No group known")
    GOVERNMENT_BODY = "government_body", _("Government body")
    RELIGIOUS_LEADER = "religious_leader", _("Religious leader")
    SCHOOL = "school", _("School")
    YOUTH_LEADER = "youth_leader", _("Youth leader")
    ADVOCACY_GROUP = "advocacy_group", _("Advocacy group")


class PostKind(models.TextChoices):
    """How a post came about. Empty: not known."""

    UNKNOWN = "", _("Unknown")
    ORIGINAL = "original", _("Original")
    REPOST = "repost", _("Repost")
    QUOTE = "quote", _("Quote")


class SnapshotCause(models.TextChoices):
    """Why a snapshot was taken."""

    FLAG = "flag", _("Flag")
    IMPORT = "import", _("Import")
    REFRESH = "refresh", _("Asked of the platform")
