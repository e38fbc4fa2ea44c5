"""Roles of people, kinds of sources, and the scopes of keys."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person is here for. Permissions of each stand in `staff.permissions`."""

    MODERATOR = "moderator", _("Moderator")
    SENIOR_MODERATOR = "senior_moderator", _("Senior moderator")
    SUPERVISOR = "supervisor", _("Supervisor")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


class Clearance(models.TextChoices):
    """Material that only those see who are cleared for it. Empty: everybody."""

    NONE = "", _("None needed")
    CHILD_SAFETY = "child_safety", _("Abuse of children")
    THREAT_TO_LIFE = "threat_to_life", _("Threats to life")


CLEARANCES = [clearance.value for clearance in Clearance if clearance]


class SourceKind(models.TextChoices):
    """Who flags. Fixed by the API key; only a relay states it per flag."""

    USER_REPORT = "user_report", _("User report")
    TRUSTED_FLAGGER = "trusted_flagger", _("Trusted flagger")
    GOVERNMENT = "government", _("Government")
    AUTOMATED = "automated", _("Automated detection")
    STAFF = "staff", _("Staff")
    GOVERNMENT_BODY = "government_body", _("Government body (partner)")
    RELIGIOUS_LEADER = "religious_leader", _("Religious leader")
    SCHOOL = "school", _("School")
    YOUTH_LEADER = "youth_leader", _("Youth leader")
    ADVOCACY_GROUP = "advocacy_group", _("Advocacy group")
    RELAY = "relay", _("Relay")


# A government's flags are marked wherever they are shown, and counted apart in every report.
GOVERNMENTS = (SourceKind.GOVERNMENT, SourceKind.GOVERNMENT_BODY)
STATEABLE = [kind.value for kind in SourceKind if kind != SourceKind.RELAY]  # what a relay may be allowed to state


class OrganisationKind(models.TextChoices):
    """What an organisation is."""

    PUBLIC_AUTHORITY = "public_authority", _("Public authority")
    CIVIL_SOCIETY = "civil_society", _("Civil society")
    RESEARCH = "research", _("Research")
    INDUSTRY_BODY = "industry_body", _("Industry body")
    COMPANY = "company", _("Company")
    OTHER = "other", _("Other")


class Scope(models.TextChoices):
    """What a key may be used for. A client's kind and its scopes are independent."""

    FLAGS_WRITE = "flags:write", _("Send flags")
    FLAGS_READ = "flags:read", _("Read own flags")
    ACCOUNTS_WRITE = "accounts:write", _("Write accounts")
    ACCOUNTS_READ = "accounts:read", _("Read accounts")
    ACTIVITY_WRITE = "activity:write", _("Send activity")
    CASES_READ = "cases:read", _("Read cases")
    CASES_WRITE = "cases:write", _("Claim cases for a person")
    DECISIONS_READ = "decisions:read", _("Read decisions")
    DECISIONS_WRITE = "decisions:write", _("Decide for a person")
    APPEALS_WRITE = "appeals:write", _("Send appeals")
    BATCHES_READ = "batches:read", _("Read batches")
    BATCHES_WRITE = "batches:write", _("Make and run batches")
    AUDIT_READ = "audit:read", _("Read the audit log")
    STATISTICS_READ = "statistics:read", _("Read statistics")
