"""Queues are counted without looking at cases: triggers tell what changed, a sweep adds it up.

Why, and what it costs: docs/decisions/0027-queues-are-counted-by-their-changes.md.
"""

import django.db.models.deletion
from django.db import migrations, models

_STATES = [
    ("waiting", "Waiting"),
    ("claimed", "Claimed"),
    ("held", "Held"),
    ("escalated", "Escalated"),
    ("second_look", "Second look"),
    ("decided", "Decided"),
    ("closed", "Closed"),
]

# New cases come by the ten thousand and look alike: one row for all that do. Changes come one by one, or each different.
TRIGGERS = """
CREATE FUNCTION reviews_case_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reviews_casechange (lane_id, state, opened_at, due_at, closed_at, cases)
    SELECT lane_id, state, opened_at, due_at, closed_at, count(*) FROM fresh GROUP BY 1, 2, 3, 4, 5;
    RETURN NULL;
END;
$$;
CREATE FUNCTION reviews_case_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reviews_casechange (lane_id, state, opened_at, due_at, closed_at, cases)
    VALUES (OLD.lane_id, OLD.state, OLD.opened_at, OLD.due_at, OLD.closed_at, -1),
           (NEW.lane_id, NEW.state, NEW.opened_at, NEW.due_at, NEW.closed_at, 1);
    RETURN NULL;
END;
$$;
CREATE FUNCTION reviews_case_left() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reviews_casechange (lane_id, state, opened_at, due_at, closed_at, cases)
    VALUES (OLD.lane_id, OLD.state, OLD.opened_at, OLD.due_at, OLD.closed_at, -1);
    RETURN NULL;
END;
$$;
CREATE TRIGGER reviews_case_came AFTER INSERT ON reviews_case
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION reviews_case_came();
CREATE TRIGGER reviews_case_moved AFTER UPDATE ON reviews_case FOR EACH ROW
    WHEN ((OLD.lane_id, OLD.state, OLD.opened_at, OLD.due_at, OLD.closed_at)
        IS DISTINCT FROM (NEW.lane_id, NEW.state, NEW.opened_at, NEW.due_at, NEW.closed_at))
    EXECUTE FUNCTION reviews_case_moved();
CREATE TRIGGER reviews_case_left AFTER DELETE ON reviews_case FOR EACH ROW EXECUTE FUNCTION reviews_case_left();
"""
NO_TRIGGERS = """
DROP TRIGGER reviews_case_left ON reviews_case;
DROP TRIGGER reviews_case_moved ON reviews_case;
DROP TRIGGER reviews_case_came ON reviews_case;
DROP FUNCTION reviews_case_left();
DROP FUNCTION reviews_case_moved();
DROP FUNCTION reviews_case_came();
"""
# What is open, or was decided a moment ago, came just now; the first sweeps add it up.
FIRST = """
INSERT INTO reviews_casechange (lane_id, state, opened_at, due_at, closed_at, cases)
SELECT lane_id, state, opened_at, due_at, closed_at, count(*) FROM reviews_case
WHERE closed_at IS NULL OR closed_at > now() - interval '2 hours' OR opened_at > now() - interval '2 hours'
GROUP BY 1, 2, 3, 4, 5;
"""
# The changes' table fills and empties all day: without this, readers walk over what was deleted long ago.
SWEPT_OFTEN = """
ALTER TABLE reviews_casechange SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
"""


def _lane():
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        to="reviews.lane",
    )


class Migration(migrations.Migration):
    dependencies = [("reviews", "0027_lane_indexes")]
    operations = [
        migrations.CreateModel(
            name="CaseChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("lane", _lane()),
                ("state", models.CharField(choices=_STATES, max_length=12)),
                ("opened_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("cases", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="OpenTotal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("lane", _lane()),
                ("state", models.CharField(choices=_STATES, max_length=12)),
                ("age_step", models.PositiveSmallIntegerField()),
                ("is_late", models.BooleanField()),
                ("cases", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("lane", "state", "age_step", "is_late"), name="reviews_opentotal_once"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="FlowTotal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("lane", _lane()),
                ("begins_at", models.DateTimeField()),
                ("opened", models.IntegerField()),
                ("decided", models.IntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("lane", "begins_at"), name="reviews_flowtotal_once")]
            },
        ),
        migrations.CreateModel(
            name="TallyMoment",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
            options={"constraints": [models.CheckConstraint(condition=models.Q(id=1), name="reviews_tallymoment_one")]},
        ),
        migrations.RunSQL(SWEPT_OFTEN, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
        migrations.RunSQL(FIRST, migrations.RunSQL.noop),
    ]
