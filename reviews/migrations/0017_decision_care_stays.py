"""What was proposed, why another length was chosen, and which posts were seen are content of a decision: they never change."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER reviews_decision_care BEFORE UPDATE ON reviews_decision FOR EACH ROW
    WHEN ((NEW.proposed_days, NEW.length_reason, NEW.evidence_seen)
          IS DISTINCT FROM (OLD.proposed_days, OLD.length_reason, OLD.evidence_seen))
    EXECUTE FUNCTION reviews_refuse_change();
"""
BACKWARD = """
DROP TRIGGER reviews_decision_care ON reviews_decision;
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0016_decision_care")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
