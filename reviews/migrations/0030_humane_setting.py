"""Supervisors set what is hidden until asked for; what was set stays as it was."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.ids

STAYS = """
CREATE TRIGGER reviews_humanesetting_no_change BEFORE UPDATE ON reviews_humanesetting
    FOR EACH ROW EXECUTE FUNCTION reviews_refuse_change();
CREATE TRIGGER reviews_humanesetting_no_delete BEFORE DELETE ON reviews_humanesetting
    FOR EACH ROW EXECUTE FUNCTION reviews_refuse_delete();
"""
STAYS_NO_MORE = """
DROP TRIGGER reviews_humanesetting_no_delete ON reviews_humanesetting;
DROP TRIGGER reviews_humanesetting_no_change ON reviews_humanesetting;
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0029_routing"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="HumaneSetting",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("veil_from", models.PositiveSmallIntegerField(default=1)),
                ("set_at", models.DateTimeField()),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["-set_at", "-id"], name="reviews_humane_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("veil_from__gte", 1), ("veil_from__lte", 5)), name="reviews_humane_veil"
                    )
                ],
            },
        ),
        migrations.RunSQL(STAYS, STAYS_NO_MORE),
    ]
