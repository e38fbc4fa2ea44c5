"""Decisions on cases that a government had flagged, apart. All days are counted anew at the next refresh."""

from django.db import migrations, models

COUNT_ANEW = "DELETE FROM insights_freshness WHERE part = 'decisions'"
COLUMNS = ("government_suspensions", "government_keeps", "only_government_suspensions", "only_government_keeps")


class Migration(migrations.Migration):
    dependencies = [("insights", "0003_flags")]

    operations = [
        *(
            migrations.AddField(
                model_name="decisionday",
                name=name,
                field=models.PositiveIntegerField(default=0),
                preserve_default=False,
            )
            for name in COLUMNS
        ),
        migrations.RunSQL(COUNT_ANEW, migrations.RunSQL.noop),
    ]
