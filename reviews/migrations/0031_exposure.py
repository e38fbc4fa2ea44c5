"""What people open is counted by day and severity, and supervisors set how much of each a day may bring."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0030_humane_setting"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.AddField(
            "humanesetting",
            "bounds",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveIntegerField(null=True), db_default=[], default=list, size=None
            ),
        ),
        migrations.CreateModel(
            name="Exposure",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                (
                    "severity",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "1 of 4"), (2, "2 of 4"), (3, "3 of 4"), (4, "4 of 4")]
                    ),
                ),
                ("cases", models.PositiveIntegerField()),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person", "day", "severity"), name="reviews_exposure_once")
                ]
            },
        ),
    ]
