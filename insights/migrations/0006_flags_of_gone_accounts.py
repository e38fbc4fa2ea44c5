"""Flags whose account was gone are counted apart."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("insights", "0005_cases_of_governments")]

    operations = [
        migrations.AddField(
            model_name="flagday", name="gone", field=models.PositiveIntegerField(default=0, db_default=0)
        ),
    ]
