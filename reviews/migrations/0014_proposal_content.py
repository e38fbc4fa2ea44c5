"""A proposal gets its time and what it reverses when it is approved, and its answer is given once; rules stay as they
were set. The database refuses anything else."""

from django.db import migrations

CONTENT = """
CREATE OR REPLACE FUNCTION reviews_decision_keep_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.case_id, NEW.account_id, NEW.outcome, NEW.policy_id, NEW.policy_version, NEW.reason, NEW.until,
        NEW.evidence_version, NEW.decided_by_id, NEW.client_id, NEW.claim_id, NEW.batch_id, NEW.decided_at,
        NEW.source_kinds{more_new})
       IS DISTINCT FROM
       (OLD.id, OLD.case_id, OLD.account_id, OLD.outcome, OLD.policy_id, OLD.policy_version, OLD.reason, OLD.until,
        OLD.evidence_version, OLD.decided_by_id, OLD.client_id, OLD.claim_id, OLD.batch_id, OLD.decided_at,
        OLD.source_kinds{more_old}){answered}
    THEN
        RAISE EXCEPTION 'A decision''s content never changes.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END;
$$;
"""
ANSWERED = """
       OR (OLD.state <> 'proposed'
           AND (NEW.reverses_id, NEW.effective_at, NEW.approver_id, NEW.answered_at, NEW.refusal)
               IS DISTINCT FROM
               (OLD.reverses_id, OLD.effective_at, OLD.approver_id, OLD.answered_at, OLD.refusal))"""
RULES = """
CREATE FUNCTION reviews_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What % holds here is never changed.', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END;
$$;
CREATE TRIGGER reviews_secondpersonrule_no_change BEFORE UPDATE ON reviews_secondpersonrule
    FOR EACH ROW EXECUTE FUNCTION reviews_refuse_change();
CREATE TRIGGER reviews_secondpersonrule_no_delete BEFORE DELETE ON reviews_secondpersonrule
    FOR EACH ROW EXECUTE FUNCTION reviews_refuse_delete();
"""
NO_RULES = """
DROP TRIGGER reviews_secondpersonrule_no_delete ON reviews_secondpersonrule;
DROP TRIGGER reviews_secondpersonrule_no_change ON reviews_secondpersonrule;
DROP FUNCTION reviews_refuse_change();
"""
FORWARD = CONTENT.format(more_new=", NEW.needs", more_old=", OLD.needs", answered=ANSWERED) + RULES
BACKWARD = NO_RULES + CONTENT.format(
    more_new=", NEW.reverses_id, NEW.effective_at", more_old=", OLD.reverses_id, OLD.effective_at", answered=""
)


class Migration(migrations.Migration):
    dependencies = [("reviews", "0013_second_person")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
