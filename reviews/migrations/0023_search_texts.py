"""Words of flags and posts in a table of their own, and triggers that leave a mark for the sweep that fills it.

A mark names up to a thousand rows, so that a bulk call of ten thousand leaves ten. What stands already is marked, too.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

PER_MARK = 1000
# kind → the table, and which of its rows hold words
RAW = {"flag": ("reviews_flag", "reason <> ''"), "post": ("accounts_post", "text <> ''")}

MARK = """
    INSERT INTO reviews_searchmark (kind, ids)
    SELECT '{kind}', array_agg(id)
    FROM (SELECT id, (row_number() OVER () - 1) / {per_mark} AS part FROM {rows} WHERE {holds_words}) AS found
    GROUP BY part
"""
MAKE = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {mark};
    RETURN NULL;
END;
$$;
CREATE TRIGGER {name} AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""
DROP = "DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();"


def triggers() -> list[migrations.RunSQL]:
    """One per table, then a mark for the rows that it holds already."""
    operations = []
    for kind, (table, holds_words) in RAW.items():
        names = {"name": f"reviews_search_{kind}", "table": table}
        said = {"kind": kind, "per_mark": PER_MARK, "holds_words": holds_words}
        made = MAKE.format(mark=MARK.format(rows="fresh", **said).strip(), **names)
        operations.append(migrations.RunSQL(made, DROP.format(**names)))
        operations.append(migrations.RunSQL(MARK.format(rows=table, **said), migrations.RunSQL.noop))
    return operations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_handle_prefixes"), ("reviews", "0022_case_order_indexes")]
    operations = [
        migrations.CreateModel(
            name="SearchMark",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("flag", "Flag"), ("post", "Post")], max_length=4)),
                ("ids", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("marked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["flag", "post"])), name="reviews_searchmark_kind"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="SearchText",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
                    ),
                ),
                ("document", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["document"], name="reviews_searchtext_words")
                ]
            },
        ),
        *triggers(),
    ]
