"""Queues can filter by more, belong to a team and ask for roles; policies can ask for a clearance."""

import django.db.models.deletion
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

_CLEARANCES = [("", "None needed"), ("child_safety", "Abuse of children"), ("threat_to_life", "Threats to life")]
_SEVERITIES = [(1, "1 of 4"), (2, "2 of 4"), (3, "3 of 4"), (4, "4 of 4")]
_PROTECTED = [
    ("", "Not protected"),
    ("journalist", "Journalist"),
    ("elected_official", "Elected official"),
    ("public_institution", "Public institution"),
    ("minor", "Minor"),
]
_BANDS = [
    ("unknown", "Unknown"),
    ("under_1k", "Under 1,000"),
    ("from_1k", "1,000 to 9,999"),
    ("from_10k", "10,000 to 99,999"),
    ("from_100k", "100,000 to 999,999"),
    ("from_1m", "1,000,000 and more"),
]
_ROLES = [
    ("moderator", "Moderator"),
    ("senior_moderator", "Senior moderator"),
    ("supervisor", "Supervisor"),
    ("auditor", "Auditor"),
    ("administrator", "Administrator"),
]


def _many(choices, max_length):
    return ArrayField(
        base_field=models.CharField(choices=choices, max_length=max_length), blank=True, default=list, size=None
    )


class Migration(migrations.Migration):
    dependencies = [("reviews", "0024_saved_views"), ("staff", "0005_clearances")]
    operations = [
        migrations.AddField(
            "policy", "clearance", models.CharField(blank=True, choices=_CLEARANCES, default="", max_length=20)
        ),
        migrations.AddField("queue", "severity_from", models.PositiveSmallIntegerField(choices=_SEVERITIES, default=1)),
        migrations.AddField("queue", "severity_to", models.PositiveSmallIntegerField(choices=_SEVERITIES, default=4)),
        migrations.AddField("queue", "protected_classes", _many(_PROTECTED, 20)),
        migrations.AddField("queue", "follower_bands", _many(_BANDS, 12)),
        migrations.AddField("queue", "older_than_hours", models.PositiveSmallIntegerField(blank=True, null=True)),
        migrations.AddField("queue", "roles", _many(_ROLES, 20)),
        migrations.AddField(
            "queue",
            "team",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="queues",
                to="staff.team",
            ),
        ),
        migrations.AddConstraint(
            "queue",
            models.CheckConstraint(
                condition=models.Q(severity_from__lte=models.F("severity_to")), name="reviews_queue_severity"
            ),
        ),
        migrations.AddConstraint(
            "queue",
            models.CheckConstraint(
                condition=models.Q(older_than_hours=None) | models.Q(older_than_hours__in=(4, 24, 72, 168)),
                name="reviews_queue_age",
            ),
        ),
    ]
