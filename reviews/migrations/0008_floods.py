import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import common.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("reviews", "0007_awards_and_misuse"),
        ("staff", "0002_organisations"),
    ]

    operations = [
        migrations.CreateModel(
            name="Flood",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("bound", models.PositiveIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name="source",
            name="bounded_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="source",
            name="flooding_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="source",
            name="hourly_bound",
            field=models.PositiveIntegerField(default=500),
        ),
        migrations.AddField(
            model_name="source",
            name="stale_from",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="flag",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["received_at"], name="reviews_flag_received"
            ),
        ),
        migrations.AddField(
            model_name="flood",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="floods", to="reviews.source"
            ),
        ),
        migrations.AddIndex(
            model_name="flood",
            index=models.Index(fields=["source", "began_at"], name="reviews_flood_source"),
        ),
        migrations.AddConstraint(
            model_name="flood",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)), fields=("source",), name="reviews_flood_one_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="flood",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_at__isnull", True), ("ended_at__gt", models.F("began_at")), _connector="OR"),
                name="reviews_flood_ended",
            ),
        ),
    ]
