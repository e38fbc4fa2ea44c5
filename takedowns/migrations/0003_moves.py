"""The database refuses every move between states that `takedowns.rules.MOVES` doesn't hold. A test compares the two."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION takedowns_check_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.state || '>' || NEW.state) <> ALL (ARRAY[
        'waiting>sending', 'waiting>cancelled', 'waiting>superseded',
        'sending>applied', 'sending>retrying', 'sending>unknown', 'sending>failed',
        'retrying>sending', 'retrying>failed', 'retrying>cancelled', 'retrying>superseded',
        'unknown>applied', 'unknown>retrying',
        'failed>retrying'
    ]) THEN
        RAISE EXCEPTION 'An enforcement may not go from % to %.', OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER takedowns_enforcement_move BEFORE UPDATE OF state ON takedowns_enforcement
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION takedowns_check_move();
"""
BACKWARD = """
DROP TRIGGER takedowns_enforcement_move ON takedowns_enforcement;
DROP FUNCTION takedowns_check_move();
"""


class Migration(migrations.Migration):
    dependencies = [("takedowns", "0002_in_flight")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
