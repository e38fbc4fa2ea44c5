"""People keep what they prefer, and their time zone, on the server: the first page of any machine obeys it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0006_page_language")]
    operations = [
        migrations.AddField("user", "preferences", models.JSONField(blank=True, db_default={}, default=dict)),
        migrations.AddField("user", "time_zone", models.CharField(blank=True, max_length=60)),
    ]
