"""Batches leave out accounts whose material their asker isn't cleared for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0036_known_restrictions")]

    operations = [
        migrations.AlterField(
            model_name="batchitem",
            name="left_out",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Not left out"),
                    ("unknown_account", "Unknown to us"),
                    ("listed_twice", "Listed twice"),
                    ("protected", "Protected, to be decided one by one"),
                    ("second_person", "Needs a second person, to be decided one by one"),
                    ("already_suspended", "Already suspended by us"),
                    ("not_suspended", "Not suspended by us"),
                    ("claimed_by_other", "Somebody works on its case"),
                    ("restricted", "Restricted material, to be decided by people who are cleared for it"),
                ],
                max_length=20,
            ),
        ),
    ]
