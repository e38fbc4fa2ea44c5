"""A decision's content never changes, and no decision or flag is deleted: the database refuses it."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION reviews_decision_keep_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.case_id, NEW.account_id, NEW.outcome, NEW.policy_id, NEW.policy_version, NEW.reason, NEW.until,
        NEW.evidence_version, NEW.decided_by_id, NEW.client_id, NEW.claim_id, NEW.batch_id, NEW.reverses_id,
        NEW.decided_at, NEW.effective_at)
       IS DISTINCT FROM
       (OLD.id, OLD.case_id, OLD.account_id, OLD.outcome, OLD.policy_id, OLD.policy_version, OLD.reason, OLD.until,
        OLD.evidence_version, OLD.decided_by_id, OLD.client_id, OLD.claim_id, OLD.batch_id, OLD.reverses_id,
        OLD.decided_at, OLD.effective_at)
    THEN
        RAISE EXCEPTION 'A decision''s content never changes.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END;
$$;
CREATE FUNCTION reviews_refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are never deleted.', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END;
$$;
CREATE TRIGGER reviews_decision_content BEFORE UPDATE ON reviews_decision
    FOR EACH ROW EXECUTE FUNCTION reviews_decision_keep_content();
CREATE TRIGGER reviews_decision_no_delete BEFORE DELETE ON reviews_decision
    FOR EACH ROW EXECUTE FUNCTION reviews_refuse_delete();
CREATE TRIGGER reviews_flag_no_delete BEFORE DELETE ON reviews_flag
    FOR EACH ROW EXECUTE FUNCTION reviews_refuse_delete();
"""
BACKWARD = """
DROP TRIGGER reviews_flag_no_delete ON reviews_flag;
DROP TRIGGER reviews_decision_no_delete ON reviews_decision;
DROP TRIGGER reviews_decision_content ON reviews_decision;
DROP FUNCTION reviews_refuse_delete();
DROP FUNCTION reviews_decision_keep_content();
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0002_links")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
