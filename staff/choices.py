"""Roles of people, kinds of sources, and the scopes of keys."""

from django.db import models


class Role(models.TextChoices):
    """What a person is here for. Permissions of each stand in `staff.permissions`."""

    MODERATOR = "moderator", "Moderator"
    SENIOR_MODERATOR = "senior_moderator", "Senior moderator"
    SUPERVISOR = "supervisor", "Supervisor"
    AUDITOR = "auditor", "Auditor"
    ADMINISTRATOR = "administrator", "Administrator"


class Clearance(models.TextChoices):
    """Material that only those see who are cleared for it. Empty: everybody."""

    NONE = "", "None needed"
    CHILD_SAFETY = "child_safety", "Abuse of children"
    THREAT_TO_LIFE = "threat_to_life", "Threats to life"


CLEARANCES = [clearance.value for clearance in Clearance if clearance]


class SourceKind(models.TextChoices):
    """Who flags. Fixed by the API key; only a relay states it per flag."""

    USER_REPORT = "user_report", "User report"
    TRUSTED_FLAGGER = "trusted_flagger", "Trusted flagger"
    GOVERNMENT = "government", "Government"
    AUTOMATED = "automated", "Automated detection"
    STAFF = "staff", "Staff"
    GOVERNMENT_BODY = "government_body", "Government body (partner)"
    RELIGIOUS_LEADER = "religious_leader", "Religious leader"
    SCHOOL = "school", "School"
    YOUTH_LEADER = "youth_leader", "Youth leader"
    ADVOCACY_GROUP = "advocacy_group", "Advocacy group"
    RELAY = "relay", "Relay"


# A government's flags are marked wherever they are shown, and counted apart in every report.
GOVERNMENTS = (SourceKind.GOVERNMENT, SourceKind.GOVERNMENT_BODY)
STATEABLE = [kind.value for kind in SourceKind if kind != SourceKind.RELAY]  # what a relay may be allowed to state


class OrganisationKind(models.TextChoices):
    """What an organisation is."""

    PUBLIC_AUTHORITY = "public_authority", "Public authority"
    CIVIL_SOCIETY = "civil_society", "Civil society"
    RESEARCH = "research", "Research"
    INDUSTRY_BODY = "industry_body", "Industry body"
    COMPANY = "company", "Company"
    OTHER = "other", "Other"


class Scope(models.TextChoices):
    """What a key may be used for. A client's kind and its scopes are independent."""

    FLAGS_WRITE = "flags:write", "Send flags"
    FLAGS_READ = "flags:read", "Read own flags"
    ACCOUNTS_WRITE = "accounts:write", "Write accounts"
    ACCOUNTS_READ = "accounts:read", "Read accounts"
    ACTIVITY_WRITE = "activity:write", "Send activity"
    CASES_READ = "cases:read", "Read cases"
    CASES_WRITE = "cases:write", "Claim cases for a person"
    DECISIONS_READ = "decisions:read", "Read decisions"
    DECISIONS_WRITE = "decisions:write", "Decide for a person"
    APPEALS_WRITE = "appeals:write", "Send appeals"
    BATCHES_READ = "batches:read", "Read batches"
    BATCHES_WRITE = "batches:write", "Make and run batches"
    AUDIT_READ = "audit:read", "Read the audit log"
    STATISTICS_READ = "statistics:read", "Read statistics"
