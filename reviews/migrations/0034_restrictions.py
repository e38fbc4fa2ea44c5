"""Restrictions of accounts' material; claims and holds of who isn't cleared end by them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_clearances"),
        ("reviews", "0033_break_minutes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Restriction",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="restrictions",
                        to="accounts.account",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="restrictions",
                        to="reviews.case",
                    ),
                ),
                (
                    "clearance",
                    models.CharField(
                        choices=[
                            ("", "None needed"),
                            ("child_safety", "Abuse of children"),
                            ("threat_to_life", "Threats to life"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("mail_at", models.DateTimeField()),
                ("mail_tries", models.PositiveIntegerField(default=0)),
                ("mailed_at", models.DateTimeField(blank=True, null=True)),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("lifted_why", models.TextField(blank=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at__isnull", True)),
                        fields=("account", "clearance"),
                        name="reviews_restriction_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("clearance__in", ["child_safety", "threat_to_life"])),
                        name="reviews_restriction_clearance",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lifted_at__isnull", True), ("lifted_by__isnull", True), ("lifted_why", "")),
                            models.Q(
                                ("lifted_at__isnull", False),
                                ("lifted_by__isnull", False),
                                models.Q(("lifted_why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="reviews_restriction_lifted",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("acknowledged_at__isnull", True), ("lifted_at__isnull", True), ("mailed_at__isnull", True)
                        ),
                        fields=["mail_at"],
                        name="reviews_restriction_to_mail",
                    ),
                    models.Index(
                        condition=models.Q(("acknowledged_at__isnull", True), ("lifted_at__isnull", True)),
                        fields=["-made_at", "-id"],
                        name="reviews_restriction_alerting",
                    ),
                    models.Index(fields=["-made_at", "-id"], name="reviews_restriction_by_time"),
                ],
            },
        ),
        migrations.RemoveConstraint(model_name="hold", name="reviews_hold_ended"),
        migrations.AlterField(
            model_name="hold",
            name="ended_as",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Open"),
                    ("resumed", "Gone on with"),
                    ("due", "Reminder due"),
                    ("handed", "Handed over"),
                    ("taken_back", "Taken back"),
                    ("restricted", "Restricted: its holder isn’t cleared"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_as", ""), ("ended_at__isnull", True)),
                    models.Q(
                        ("ended_as__in", ["resumed", "due", "handed", "taken_back", "restricted"]),
                        ("ended_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="reviews_hold_ended",
            ),
        ),
        migrations.AlterField(
            model_name="claim",
            name="ended_as",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Live"),
                    ("decided", "Decided"),
                    ("released", "Released"),
                    ("skipped", "Skipped"),
                    ("expired", "Run out"),
                    ("closed", "Case closed"),
                    ("proposed", "Proposed to a second person"),
                    ("held", "Held"),
                    ("escalated", "Escalated"),
                    ("handed", "Handed over"),
                    ("taken_back", "Taken back"),
                    ("restricted", "Restricted: its holder isn’t cleared"),
                    ("moved", "Moved to other queues"),
                ],
                max_length=10,
            ),
        ),
    ]
