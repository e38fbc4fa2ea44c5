"""Users' reports are pulled from platforms."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import common.ids


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("accounts", "0006_platform_settings"),
        ("reviews", "0044_moves_counted_together"),
        ("staff", "0007_preferences"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="ReportFeed",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                (
                    "platform",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="report_feed", to="accounts.platform"
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="staff.apiclient",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reviews.policy",
                    ),
                ),
                ("is_running", models.BooleanField(default=True)),
                ("cursor", models.TextField(blank=True)),
                ("take_at", models.DateTimeField()),
                ("pulled_at", models.DateTimeField(blank=True, null=True)),
                ("error", models.TextField(blank=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_running", True)), fields=["take_at"], name="reviews_report_feed_due"
                    )
                ],
            },
        ),
    ]
