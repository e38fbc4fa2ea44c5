"""The dry run counts accounts by what they are, and approvals run out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0042_batches_revert")]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="breakdown",
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name="batch", name="approval_expires_at", field=models.DateTimeField(blank=True, null=True)
        ),
    ]
