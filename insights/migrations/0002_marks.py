"""Triggers on the raw tables leave a mark for the refresh: which bucket was touched, in the writing transaction.

A mark holds only what stands in the written row itself. Joins are left to the refresh: two transactions that can't see
each other would otherwise each mark too little, and a bucket would stay wrong for ever. Why marks and not a transaction
id on each row: docs/decisions/0011-rollups-follow-marks.md.

Tables that are written in bulk have statement triggers (one mark per bucket and statement); hot single-row updates have
row triggers with a WHEN, which cost next to nothing while what is counted stays the same.
"""

from django.db import migrations

# kind → table, events, columns of the mark, and their values for a row of `touched`
BY_STATEMENT = {
    "decided": ("reviews_decision", ("insert",), "day", "(decided_at AT TIME ZONE 'UTC')::date"),
    "case": ("reviews_case", ("insert",), "day", "(opened_at AT TIME ZONE 'UTC')::date"),
    "flagged": ("reviews_flag", ("insert",), "account_id", "account_id"),
    "observed": ("accounts_observation", ("insert", "update", "delete"), "day", "month"),
    "tracked": (
        "accounts_trackedaccount",
        ("insert", "update", "delete"),
        "topic_id, account_id",
        "topic_id, account_id",
    ),
    "tallied": (
        "accounts_activity",
        ("insert", "update", "delete"),
        "topic_id, day",
        "topic_id, date_trunc('month', day)::date",
    ),
}
SEES = {
    "insert": ("NEW TABLE AS fresh", "TABLE fresh"),
    "update": ("OLD TABLE AS stale NEW TABLE AS fresh", "TABLE stale UNION ALL TABLE fresh"),
    "delete": ("OLD TABLE AS stale", "TABLE stale"),
}

# table → kind, columns of the mark, their values, and the change of a row that matters to a figure
BY_ROW = {
    "reviews_decision": (
        "decided",
        "day",
        "(NEW.decided_at AT TIME ZONE 'UTC')::date",
        "OLD.state IS DISTINCT FROM NEW.state AND NOT (OLD.state = 'pending' AND NEW.state = 'effective')",
    ),
    "reviews_case": (
        "case",
        "day",
        "(OLD.opened_at AT TIME ZONE 'UTC')::date), ((NEW.opened_at AT TIME ZONE 'UTC')::date",
        "(OLD.opened_at, OLD.closed_at, OLD.platform_id) IS DISTINCT FROM"
        " (NEW.opened_at, NEW.closed_at, NEW.platform_id)",
    ),
    "reviews_flag": (
        "flagged",
        "account_id",
        "OLD.account_id), (NEW.account_id",
        "(OLD.account_id, OLD.flagged_at, OLD.snapshot_id) IS DISTINCT FROM"
        " (NEW.account_id, NEW.flagged_at, NEW.snapshot_id)",
    ),
    "accounts_snapshot": (
        "flagged",
        "account_id",
        "NEW.account_id",
        "OLD.followers IS DISTINCT FROM NEW.followers",
    ),
    "accounts_account": (
        "account",
        "account_id",
        "NEW.id",
        "(OLD.followers, OLD.language, OLD.platform_id, OLD.platform_state, OLD.platform_state_by) IS DISTINCT FROM"
        " (NEW.followers, NEW.language, NEW.platform_id, NEW.platform_state, NEW.platform_state_by)",
    ),
}

MAKE_BY_STATEMENT = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO insights_mark (kind, {columns})
    SELECT DISTINCT '{kind}', {values} FROM ({touched}) AS touched;
    RETURN NULL;
END;
$$;
CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {sees} FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""
MAKE_BY_ROW = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO insights_mark (kind, {columns})
    SELECT DISTINCT '{kind}', touched.* FROM (VALUES ({values})) AS touched;
    RETURN NULL;
END;
$$;
CREATE TRIGGER {name} AFTER UPDATE ON {table} FOR EACH ROW WHEN ({change}) EXECUTE FUNCTION {name}();
"""
DROP = "DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();"
# The recount of a day's cases reads them by the day they were opened.
MAKE_INDEX, DROP_INDEX = (
    "CREATE INDEX insights_case_opened ON reviews_case (opened_at)",
    "DROP INDEX insights_case_opened",
)


def by_statement() -> list[migrations.RunSQL]:
    """The statement triggers, one operation each."""
    operations = []
    for kind, (table, events, columns, values) in BY_STATEMENT.items():
        for event in events:
            sees, touched = SEES[event]
            names = {"name": f"insights_{kind}_{event}", "table": table, "event": event.upper(), "kind": kind}
            made = MAKE_BY_STATEMENT.format(columns=columns, values=values, sees=sees, touched=touched, **names)
            operations.append(migrations.RunSQL(made, DROP.format(**names)))
    return operations


def by_row() -> list[migrations.RunSQL]:
    """The row triggers, one operation each."""
    operations = []
    for table, (kind, columns, values, change) in BY_ROW.items():
        names = {"name": f"insights_{table}_changed", "table": table}
        made = MAKE_BY_ROW.format(kind=kind, columns=columns, values=values, change=change, **names)
        operations.append(migrations.RunSQL(made, DROP.format(**names)))
    return operations


class Migration(migrations.Migration):
    dependencies = [("insights", "0001_initial")]
    operations = [*by_statement(), *by_row(), migrations.RunSQL(MAKE_INDEX, DROP_INDEX)]
