import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.ids


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0006_webhooks"),
        ("staff", "0002_organisations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="source",
            name="suspended_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="MisuseWarning",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("text", models.TextField()),
                ("agreed", models.PositiveIntegerField()),
                ("disagreed", models.PositiveIntegerField()),
                ("given_at", models.DateTimeField()),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="warnings", to="reviews.source"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ProcessingSuspension",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("reason", models.TextField()),
                ("imposed_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ("lifted_because", models.TextField(blank=True)),
                (
                    "imposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="suspensions", to="reviews.source"
                    ),
                ),
                (
                    "warning",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suspensions",
                        to="reviews.misusewarning",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SourceDay",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("refused", models.PositiveIntegerField(default=0)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="days", to="reviews.source"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Award",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("awarded_by", models.CharField(max_length=200)),
                ("awarded_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("revoked_on", models.DateField(blank=True, null=True)),
                ("revoked_because", models.CharField(blank=True, max_length=1000)),
                (
                    "policies",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), blank=True, default=list, size=None
                    ),
                ),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), blank=True, default=list, size=None
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="awards", to="staff.organisation"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("policies", []), _negated=True),
                            models.Q(("categories", []), _negated=True),
                            _connector="OR",
                        ),
                        name="reviews_award_area",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True), ("ends_on__gte", models.F("awarded_on")), _connector="OR"
                        ),
                        name="reviews_award_ends",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="misusewarning",
            index=models.Index(fields=["source", "-given_at"], name="reviews_warning_source"),
        ),
        migrations.AddIndex(
            model_name="processingsuspension",
            index=models.Index(fields=["source", "-imposed_at"], name="reviews_suspension_source"),
        ),
        migrations.AddConstraint(
            model_name="processingsuspension",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("imposed_at"))), name="reviews_suspension_ends"
            ),
        ),
        migrations.AddConstraint(
            model_name="processingsuspension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lifted_at__isnull", True), ("lifted_by__isnull", True)),
                    models.Q(("lifted_at__isnull", False), ("lifted_by__isnull", False)),
                    _connector="OR",
                ),
                name="reviews_suspension_lifted",
            ),
        ),
        migrations.AddConstraint(
            model_name="sourceday",
            constraint=models.UniqueConstraint(fields=("source", "day"), name="reviews_sourceday_once"),
        ),
    ]
