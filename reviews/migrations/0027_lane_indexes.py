"""What comes next, what is oldest and what is due first are found per lane; the indexes that queues went by are gone.

So are two that nothing was found by: one on the platform alone, and one on the account, which begins another.
"""

import django.db.models.deletion
from django.db import migrations, models

_OPEN = models.Q(state__in=["waiting", "claimed", "held", "escalated", "second_look"])
_WAITING = models.Q(state="waiting")


def _without_its_index(name, to, related_name, index):
    """In plain SQL: altering the field drops every index on its column, and the constraint of one open case with it."""
    field = models.ForeignKey(
        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to=to
    )
    return migrations.RunSQL(
        f"DROP INDEX {index}",
        f"CREATE INDEX {index} ON reviews_case ({name}_id)",
        state_operations=[migrations.AlterField("case", name, field)],
    )


class Migration(migrations.Migration):
    dependencies = [("reviews", "0026_lanes")]
    operations = [
        _without_its_index("account", "accounts.account", "cases", "reviews_case_account_id_612b79fd"),
        _without_its_index("platform", "accounts.platform", "+", "reviews_case_platform_id_4156e731"),
        migrations.RenameIndex("case", new_name="reviews_case_first", old_name="reviews_case_next"),
        migrations.RemoveIndex("case", "reviews_case_policy"),
        migrations.RemoveIndex("case", "reviews_case_source_kinds"),
        migrations.RenameIndex("case", new_name="reviews_case_ageing", old_name="reviews_case_oldest"),
        migrations.AddIndex(
            "case",
            models.Index(
                models.F("lane"),
                models.F("serving_order").desc(),
                models.F("id").asc(),
                condition=_WAITING,
                name="reviews_case_next",
            ),
        ),
        migrations.AddIndex(
            "case", models.Index(fields=["lane", "opened_at", "id"], condition=_WAITING, name="reviews_case_oldest")
        ),
        migrations.AddIndex(
            "case", models.Index(fields=["lane", "due_at"], condition=_WAITING, name="reviews_case_next_due")
        ),
        migrations.AddIndex("case", models.Index(fields=["due_at"], condition=_OPEN, name="reviews_case_running_late")),
    ]
