"""Cases that move together are counted together: a batch's chunk is two rows, and not two a case."""

from typing import ClassVar

from django.db import migrations

TOGETHER = """
DROP TRIGGER reviews_case_moved ON reviews_case;
CREATE OR REPLACE FUNCTION reviews_case_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reviews_casechange (lane_id, state, opened_at, due_at, closed_at, cases)
    SELECT lane_id, state, opened_at, due_at, closed_at, sum(cases) FROM (
        SELECT lane_id, state, opened_at, due_at, closed_at, -1 AS cases FROM before
        UNION ALL
        SELECT lane_id, state, opened_at, due_at, closed_at, 1 FROM after
    ) AS change GROUP BY 1, 2, 3, 4, 5 HAVING sum(cases) <> 0;
    RETURN NULL;
END;
$$;
CREATE TRIGGER reviews_case_moved AFTER UPDATE ON reviews_case
    REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION reviews_case_moved();
"""
ONE_BY_ONE = """
DROP TRIGGER reviews_case_moved ON reviews_case;
CREATE OR REPLACE FUNCTION reviews_case_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reviews_casechange (lane_id, state, opened_at, due_at, closed_at, cases)
    VALUES (OLD.lane_id, OLD.state, OLD.opened_at, OLD.due_at, OLD.closed_at, -1),
           (NEW.lane_id, NEW.state, NEW.opened_at, NEW.due_at, NEW.closed_at, 1);
    RETURN NULL;
END;
$$;
CREATE TRIGGER reviews_case_moved AFTER UPDATE ON reviews_case FOR EACH ROW
    WHEN ((OLD.lane_id, OLD.state, OLD.opened_at, OLD.due_at, OLD.closed_at)
        IS DISTINCT FROM (NEW.lane_id, NEW.state, NEW.opened_at, NEW.due_at, NEW.closed_at))
    EXECUTE FUNCTION reviews_case_moved();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("reviews", "0043_batches_broken_down")]

    operations: ClassVar = [migrations.RunSQL(TOGETHER, ONE_BY_ONE)]
