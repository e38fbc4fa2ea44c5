"""Cases can be moved to another policy than their flags claim."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0034_restrictions")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="routed_policy",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="reviews.policy",
            ),
        ),
        migrations.AddField(model_name="case", name="routed_at", field=models.DateTimeField(blank=True, null=True)),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("routed_at__isnull", True), ("routed_policy__isnull", True)),
                    models.Q(("routed_at__isnull", False), ("routed_policy__isnull", False)),
                    _connector="OR",
                ),
                name="reviews_case_routed",
            ),
        ),
    ]
