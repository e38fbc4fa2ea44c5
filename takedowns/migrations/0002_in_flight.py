"""One row per account in flight; rows carried by another; an index for the tick that looks for what is due."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("takedowns", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="enforcement",
            name="carried_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="carries",
                to="takedowns.enforcement",
            ),
        ),
        migrations.AlterField(
            model_name="attempt",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("applied", "Applied"),
                    ("already", "Was so already"),
                    ("retry", "To be tried again"),
                    ("ambiguous", "Sent, but no answer"),
                    ("refused", "Refused for good"),
                    ("no_account", "No such account there"),
                    ("not_sent", "Never left"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="enforcement",
            index=models.Index(
                condition=models.Q(("state__in", ["waiting", "retrying"])),
                fields=["platform", "next_attempt_at"],
                name="takedowns_enforcement_next",
            ),
        ),
        migrations.AddConstraint(
            model_name="enforcement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["sending", "unknown"])),
                fields=("account",),
                name="takedowns_enforcement_one_in_flight",
            ),
        ),
        migrations.AddConstraint(
            model_name="enforcement",
            constraint=models.CheckConstraint(
                condition=models.Q(("carried_by__isnull", True), ("state", "superseded"), _connector="OR"),
                name="takedowns_enforcement_carried",
            ),
        ),
    ]
