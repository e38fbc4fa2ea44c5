"""Supervisors set after how long on cases people are reminded of a break."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0032_threats")]
    operations = [
        migrations.AddField("humanesetting", "break_minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
    ]
