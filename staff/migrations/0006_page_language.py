"""A person chooses the language of the pages."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0005_clearances")]
    operations = [
        migrations.AddField("user", "page_language", models.CharField(blank=True, max_length=16)),
    ]
