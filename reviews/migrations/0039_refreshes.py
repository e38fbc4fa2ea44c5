"""Platforms are asked about accounts under review."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.ids


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0038_gone"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Refresh",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refreshes",
                        to="reviews.case",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("take_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "standing",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("active", "Active"),
                            ("suspended", "Suspended"),
                            ("no_account", "No such account there"),
                            ("unclear", "It did not say"),
                        ],
                        max_length=10,
                    ),
                ),
                ("error", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=["take_at"],
                        name="reviews_refresh_due",
                    ),
                    models.Index(fields=["case", "-asked_at"], name="reviews_refresh_case"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=("case",),
                        name="reviews_refresh_one_open_per_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("standing", "")),
                            models.Q(("answered_at__isnull", False), models.Q(("standing", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="reviews_refresh_answered",
                    ),
                ],
            },
        ),
    ]
