"""The index on handles serves their beginnings, too; protected accounts are found without reading all the others."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_likeness")]
    operations = [
        migrations.RemoveIndex(model_name="account", name="accounts_account_handle"),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Lower("handle"), name="text_pattern_ops"
                ),
                name="accounts_account_handle",
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                condition=models.Q(("protected_class", ""), _negated=True),
                fields=["protected_class"],
                name="accounts_account_protected",
            ),
        ),
    ]
