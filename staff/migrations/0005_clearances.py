"""People can be cleared for restricted material."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

_CLEARANCES = [("", "None needed"), ("child_safety", "Abuse of children"), ("threat_to_life", "Threats to life")]


class Migration(migrations.Migration):
    dependencies = [("staff", "0004_call_limits")]
    operations = [
        migrations.AddField(
            "user",
            "clearances",
            ArrayField(
                base_field=models.CharField(choices=_CLEARANCES, max_length=20), blank=True, default=list, size=None
            ),
        ),
    ]
