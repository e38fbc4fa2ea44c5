from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("reviews", "0004_reversals"),
        ("staff", "0001_initial"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="flag",
            name="reviews_flag_source",
        ),
        migrations.AddField(
            model_name="source",
            name="ranked_precision",
            field=models.FloatField(default=0.5),
        ),
        migrations.AddField(
            model_name="source",
            name="stale_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="flag",
            index=models.Index(fields=["source", "state", "case"], name="reviews_flag_source"),
        ),
    ]
