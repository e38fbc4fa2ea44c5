"""Snapshots are taken, too, when the platform is asked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_clearances")]

    operations = [
        migrations.AlterField(
            model_name="snapshot",
            name="cause",
            field=models.CharField(
                choices=[("flag", "Flag"), ("import", "Import"), ("refresh", "Asked of the platform")], max_length=10
            ),
        ),
    ]
