"""Dispatch can stand still, a guard counts what asks for it, and what failed is counted."""

import django.db.models.deletion
from django.db import migrations, models

import common.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_platform_settings"),
        ("takedowns", "0006_held_waves"),
    ]

    operations = [
        migrations.CreateModel(
            name="Stop",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("stopped_at", models.DateTimeField()),
                ("stopped_by", models.CharField(max_length=80)),
                ("stopped_by_label", models.CharField(max_length=200)),
                ("reason", models.TextField()),
                ("is_by_guard", models.BooleanField(default=False)),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ("lifted_by", models.CharField(blank=True, max_length=80)),
            ],
        ),
        migrations.AddField(
            model_name="enforcement",
            name="is_guarded",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddIndex(
            model_name="enforcement",
            index=models.Index(
                condition=models.Q(("state", "failed")), fields=["platform"], name="takedowns_enforcement_failed"
            ),
        ),
        migrations.AddIndex(
            model_name="enforcement",
            index=models.Index(
                condition=models.Q(("is_guarded", True), ("kind", "suspend"), ("state", "applied")),
                fields=["platform", "applied_at"],
                name="takedowns_enforcement_guarded",
            ),
        ),
        migrations.AddField(
            model_name="stop",
            name="platform",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="stops",
                to="accounts.platform",
            ),
        ),
        migrations.AddConstraint(
            model_name="stop",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_at", None)),
                fields=("platform",),
                name="takedowns_stop_one_in_force",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="stop",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="takedowns_stop_reason"
            ),
        ),
    ]
