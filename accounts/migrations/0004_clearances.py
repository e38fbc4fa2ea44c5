"""Accounts say which clearances their material asks for."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_handle_prefixes")]

    operations = [
        migrations.AddField(
            model_name="account",
            name="clearances",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), blank=True, db_default=[], default=list, size=None
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                condition=models.Q(("clearances", []), _negated=True),
                fields=["id"],
                include=("clearances",),
                name="accounts_account_restricted",
            ),
        ),
    ]
