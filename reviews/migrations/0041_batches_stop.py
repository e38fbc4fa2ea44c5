"""Batches are paused, and cancelled while they run: what had not left is taken back."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0040_moves"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField(model_name="batch", name="paused_at", field=models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            model_name="batch",
            name="cancelled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("paused_at__isnull", False), ("state", "paused")),
                    models.Q(models.Q(("state", "paused"), _negated=True), ("paused_at__isnull", True)),
                    _connector="OR",
                ),
                name="reviews_batch_paused",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cancelled_by__isnull", True),
                    ("state__in", ["cancelled", "reverting", "reverted"]),
                    _connector="OR",
                ),
                name="reviews_batch_cancelled_by",
            ),
        ),
        migrations.AlterField(
            model_name="batchitem",
            name="state",
            field=models.CharField(
                choices=[
                    ("listed", "To be decided"),
                    ("left_out", "Left out"),
                    ("decided", "Decided"),
                    ("cancelled", "Taken back before it left"),
                ],
                default="listed",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="closed_as",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Not closed"),
                    ("withdrawn", "All its flags were withdrawn"),
                    ("folded", "Folded into an earlier case"),
                    ("gone", "The account is gone from its platform"),
                    ("batch", "Its batch was cancelled, and nothing is left to decide"),
                ],
                db_default="",
                default="",
                max_length=10,
            ),
        ),
    ]
