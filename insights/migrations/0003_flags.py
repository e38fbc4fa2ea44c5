"""Flags by the day they were received: their rollup, and the triggers that mark a day.

By statement on insert and on update (answers come to many flags at once): one mark per day and statement.
"""

import django.db.models.deletion
from django.db import migrations, models

PARTS = ["decisions", "cases", "detections", "topics", "tallies", "flags"]
MAKE = """
CREATE FUNCTION insights_received_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO insights_mark (kind, day)
    SELECT DISTINCT 'received', (received_at AT TIME ZONE 'UTC')::date FROM ({touched}) AS touched;
    RETURN NULL;
END;
$$;
CREATE TRIGGER insights_received_{event} AFTER {event} ON reviews_flag REFERENCING {sees}
    FOR EACH STATEMENT EXECUTE FUNCTION insights_received_{event}();
"""
DROP = "DROP TRIGGER insights_received_{event} ON reviews_flag; DROP FUNCTION insights_received_{event}();"
SEES = {
    "insert": ("NEW TABLE AS fresh", "TABLE fresh"),
    "update": ("OLD TABLE AS stale NEW TABLE AS fresh", "TABLE stale UNION ALL TABLE fresh"),
}
# What the constraint before knew nothing of leaves with it.
FORGET = "DELETE FROM insights_freshness WHERE part = 'flags'; DELETE FROM insights_mark WHERE kind = 'received'"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("insights", "0002_marks"),
        ("reviews", "0012_decision_source_kinds"),
    ]

    operations = [
        migrations.CreateModel(
            name="FlagDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                (
                    "source_kind",
                    models.CharField(
                        choices=[
                            ("user_report", "User report"),
                            ("trusted_flagger", "Trusted flagger"),
                            ("government", "Government"),
                            ("automated", "Automated detection"),
                            ("staff", "Staff"),
                            ("government_body", "Government body (partner)"),
                            ("religious_leader", "Religious leader"),
                            ("school", "School"),
                            ("youth_leader", "Youth leader"),
                            ("advocacy_group", "Advocacy group"),
                            ("relay", "Relay"),
                        ],
                        max_length=20,
                    ),
                ),
                ("with_order", models.BooleanField()),
                ("received", models.PositiveIntegerField()),
                ("open", models.PositiveIntegerField()),
                ("agreed", models.PositiveIntegerField()),
                ("disagreed", models.PositiveIntegerField()),
                ("withdrawn", models.PositiveIntegerField()),
                ("already_actioned", models.PositiveIntegerField()),
                (
                    "platform",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.platform"
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="reviews.policy"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "platform", "policy", "source_kind", "with_order"),
                        name="insights_flagday_cell",
                    )
                ],
            },
        ),
        migrations.RemoveConstraint(model_name="freshness", name="insights_freshness_part"),
        migrations.AlterField(
            model_name="freshness",
            name="part",
            field=models.CharField(
                choices=[
                    ("decisions", "Decisions"),
                    ("cases", "Cases"),
                    ("detections", "First flags"),
                    ("topics", "Topics, from observations"),
                    ("tallies", "Topics, from tallies"),
                    ("flags", "Flags"),
                ],
                max_length=12,
                primary_key=True,
                serialize=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="freshness",
            constraint=models.CheckConstraint(condition=models.Q(("part__in", PARTS)), name="insights_freshness_part"),
        ),
        migrations.AlterField(
            model_name="mark",
            name="kind",
            field=models.CharField(
                choices=[
                    ("decided", "A day's decisions"),
                    ("case", "The cases opened on a day"),
                    ("flagged", "An account's flags"),
                    ("received", "The flags received on a day"),
                    ("observed", "A month's observations"),
                    ("tracked", "An account tracked for a topic"),
                    ("account", "An account's facts"),
                    ("tallied", "A topic's tallies of a month"),
                ],
                max_length=8,
            ),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, FORGET),
        *(
            migrations.RunSQL(MAKE.format(event=event, sees=sees, touched=touched), DROP.format(event=event))
            for event, (sees, touched) in SEES.items()
        ),
    ]
