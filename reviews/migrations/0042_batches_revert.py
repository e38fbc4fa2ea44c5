"""Batches are reverted, the whole or a part, and what failed is tried again."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def person() -> models.Field:
    return models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    dependencies = [("reviews", "0041_batches_stop"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField(
            model_name="batch", name="retry_asked_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(model_name="batch", name="retried_by", field=person()),
        migrations.AddField(model_name="batch", name="reverted_by", field=person()),
        migrations.AddField(
            model_name="batch", name="revert_reason", field=models.TextField(blank=True, db_default="", default="")
        ),
        migrations.AddField(
            model_name="batch", name="revert_asked_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(model_name="batch", name="reverted_at", field=models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            model_name="batchitem",
            name="reversal",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="reviews.decision",
            ),
        ),
        migrations.AddField(
            model_name="batchitem",
            name="refusal",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Nothing in the way"),
                    ("not_standing", "Its decision doesn’t stand any more"),
                    ("case_open", "Its case is open again"),
                ],
                db_default="",
                default="",
                max_length=15,
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
                    ("reverting", "To be reverted"),
                    ("reverted", "Reverted"),
                ],
                default="listed",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("revert_asked_at__isnull", False),
                        ("reverted_by__isnull", False),
                        models.Q(("revert_reason", ""), _negated=True),
                    ),
                    models.Q(("state__in", ["reverting", "reverted"]), _negated=True),
                    _connector="OR",
                ),
                name="reviews_batch_reverted",
            ),
        ),
        migrations.AddConstraint(
            model_name="batchitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reversal__isnull", False), ("state", "reverted")),
                    models.Q(models.Q(("state", "reverted"), _negated=True), ("reversal__isnull", True)),
                    _connector="OR",
                ),
                name="reviews_batchitem_reversal",
            ),
        ),
    ]
