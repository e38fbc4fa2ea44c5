import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import common.ids
import staff.models.client


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="apiclient",
            name="may_state",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), default=staff.models.client.every_stateable_kind, size=None
            ),
        ),
        migrations.AddField(
            model_name="apiclient",
            name="terms",
            field=models.TextField(blank=True),
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("public_authority", "Public authority"),
                            ("civil_society", "Civil society"),
                            ("research", "Research"),
                            ("industry_body", "Industry body"),
                            ("company", "Company"),
                            ("other", "Other"),
                        ],
                        default="other",
                        max_length=20,
                    ),
                ),
                ("country", models.CharField(blank=True, max_length=2)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                ["public_authority", "civil_society", "research", "industry_body", "company", "other"],
                            )
                        ),
                        name="staff_organisation_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("country__regex", "^([A-Z]{2})?$")), name="staff_organisation_country"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="apiclient",
            name="organisation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="clients",
                to="staff.organisation",
            ),
        ),
        migrations.AddConstraint(
            model_name="apiclient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "may_state__contained_by",
                        [
                            "user_report",
                            "trusted_flagger",
                            "government",
                            "automated",
                            "staff",
                            "government_body",
                            "religious_leader",
                            "school",
                            "youth_leader",
                            "advocacy_group",
                        ],
                    )
                ),
                name="staff_apiclient_may_state",
            ),
        ),
    ]
