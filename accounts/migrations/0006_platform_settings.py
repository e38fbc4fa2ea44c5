"""Platforms have settings and a secret, for connectors that need them."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0005_refreshes")]

    operations: ClassVar = [
        migrations.AddField("platform", "settings", models.JSONField(blank=True, db_default={}, default=dict)),
        migrations.AddField("platform", "secret", models.TextField(blank=True, db_default="", default="")),
    ]
