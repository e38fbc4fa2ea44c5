"""A decision keeps which kinds of source had flagged its case when it was made.

Flags move between cases and joins race with decisions, so that later nobody could tell from the flags alone. Decisions
made before this take it from the flags that stand on their case now.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

EARLIER = """
UPDATE reviews_decision AS decision SET source_kinds = held.kinds
FROM (
    SELECT made.id, array_agg(DISTINCT source.kind ORDER BY source.kind) AS kinds
    FROM reviews_decision AS made
    JOIN reviews_flag AS flag ON flag.case_id = made.case_id
        AND flag.received_at <= made.decided_at AND flag.state <> 'withdrawn'
    JOIN reviews_source AS source ON source.id = flag.source_id
    GROUP BY made.id
) AS held
WHERE held.id = decision.id
"""
CONTENT = (
    *("id", "case_id", "account_id", "outcome", "policy_id", "policy_version", "reason", "until", "evidence_version"),
    *("decided_by_id", "client_id", "claim_id", "batch_id", "reverses_id", "decided_at", "effective_at"),
)


def kept(columns: tuple[str, ...]) -> str:
    """The trigger's function (0003_decision_content), which refuses to change any of `columns`."""
    new, old = (", ".join(f"{row}.{name}" for name in columns) for row in ("NEW", "OLD"))
    return f"""
CREATE OR REPLACE FUNCTION reviews_decision_keep_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF ({new}) IS DISTINCT FROM ({old}) THEN
        RAISE EXCEPTION 'A decision''s content never changes.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END;
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0011_preservation")]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="source_kinds",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), blank=True, default=list, size=None
            ),
        ),
        migrations.RunSQL(EARLIER, migrations.RunSQL.noop),
        migrations.RunSQL(kept((*CONTENT, "source_kinds")), kept(CONTENT)),
    ]
