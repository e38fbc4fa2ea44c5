"""What a process remembers of lanes and queues can be checked: a version tells whether it may have changed."""

from django.db import migrations, models

# A version is never used twice, also not after a rollback.
FUNCTION = """
CREATE FUNCTION reviews_routing_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reviews_routing (id, version) VALUES (1, gen_random_uuid())
    ON CONFLICT (id) DO UPDATE SET version = excluded.version;
    RETURN NULL;
END;
$$;
"""
NO_FUNCTION = "DROP FUNCTION reviews_routing_changed();"
# table → what of it decides which lanes a queue lets through
CHANGES = {
    "reviews_lane": "INSERT OR UPDATE OR DELETE",
    "reviews_queue": "INSERT OR UPDATE OR DELETE",
    "reviews_queue_policies": "INSERT OR UPDATE OR DELETE",
    "reviews_policy": "UPDATE OF severity",
    "accounts_platform": "UPDATE OF slug",
}
TRIGGER = """
CREATE TRIGGER reviews_routing_{table} AFTER {changes} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION reviews_routing_changed();
"""
NO_TRIGGER = "DROP TRIGGER reviews_routing_{table} ON {table};"
FIRST = "INSERT INTO reviews_routing (id, version) VALUES (1, gen_random_uuid());"


class Migration(migrations.Migration):
    dependencies = [("reviews", "0028_tallies"), ("accounts", "0003_handle_prefixes")]
    operations = [
        migrations.CreateModel(
            name="Routing",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("version", models.UUIDField()),
            ],
            options={"constraints": [models.CheckConstraint(condition=models.Q(id=1), name="reviews_routing_one")]},
        ),
        migrations.RunSQL(FIRST, migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTION, NO_FUNCTION),
        *(
            migrations.RunSQL(TRIGGER.format(table=table, changes=changes), NO_TRIGGER.format(table=table))
            for table, changes in CHANGES.items()
        ),
    ]
