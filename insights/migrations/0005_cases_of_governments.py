"""The day on which a government first flagged a case. All cases are counted anew at the next refresh.

A government's flag marks the day on which its case was opened, which stands in the case's row and not in the flag's. The
flag can't be without its case and its source, and neither that day nor the kind ever changes: so here a mark may look them
up (docs/decisions/0011-rollups-follow-marks.md). Row by row and without a join: a session keeps the plan of its first call,
and one made for ten thousand flags would read every case there is for a single flag. When flags move to another case, both
cases' own rows leave a mark.
"""

from django.db import migrations, models

COUNT_ANEW = "DELETE FROM insights_freshness WHERE part = 'cases'"
BACK = f"{COUNT_ANEW}; DELETE FROM insights_caseflow"  # noqa: S608
MAKE = """
CREATE FUNCTION insights_case_flagged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO insights_mark (kind, day)
    SELECT DISTINCT 'case', (SELECT (opened_at AT TIME ZONE 'UTC')::date FROM reviews_case WHERE id = fresh.case_id)
    FROM fresh WHERE fresh.source_id = ANY (ARRAY(
        SELECT sender.id FROM (SELECT DISTINCT source_id FROM fresh) AS sender (id)
        WHERE (SELECT kind FROM reviews_source WHERE id = sender.id) IN ('government', 'government_body')
    ));
    RETURN NULL;
END;
$$;
CREATE TRIGGER insights_case_flagged AFTER INSERT ON reviews_flag REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION insights_case_flagged();
"""
DROP = "DROP TRIGGER insights_case_flagged ON reviews_flag; DROP FUNCTION insights_case_flagged();"


class Migration(migrations.Migration):
    dependencies = [("insights", "0004_decisions_after_governments")]

    operations = [
        migrations.RemoveConstraint(model_name="caseflow", name="insights_caseflow_cell"),
        migrations.AddField(model_name="caseflow", name="government_on", field=models.DateField(null=True)),
        migrations.AddConstraint(
            model_name="caseflow",
            constraint=models.UniqueConstraint(
                fields=["opened_on", "closed_on", "government_on", "platform"],
                nulls_distinct=False,
                name="insights_caseflow_cell",
            ),
        ),
        migrations.RunSQL(MAKE, DROP),
        migrations.RunSQL(COUNT_ANEW, BACK),
    ]
