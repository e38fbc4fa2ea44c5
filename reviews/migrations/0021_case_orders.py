"""What the list of cases is ordered by stands on the case: when its last flag came, and the followers its rank counts."""

import django.db.models.fields.json
import django.db.models.functions.comparison
from django.db import migrations, models

import common.clock

FILL = """
    UPDATE reviews_case AS stored SET last_flag_at = coalesce(
        (SELECT max(received_at) FROM reviews_flag WHERE case_id = stored.id), stored.opened_at
    )
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0020_set_aside")]
    operations = [
        migrations.AddField(
            model_name="case",
            name="followers_order",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.comparison.Coalesce(
                    django.db.models.functions.comparison.Cast(
                        django.db.models.fields.json.KeyTextTransform("followers", "rank_parts"),
                        models.BigIntegerField(),
                    ),
                    models.Value(-1),
                    output_field=models.BigIntegerField(),
                ),
                output_field=models.BigIntegerField(),
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="last_flag_at",
            field=models.DateTimeField(default=common.clock.now),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
