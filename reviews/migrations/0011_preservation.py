"""What a legal order holds is not deleted before its day: the database refuses it, for every role, in plain SQL.

Flags that carried an order before there were rows for orders get theirs.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION reviews_refuse_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM reviews_legalorder
        WHERE account_id = (to_jsonb(OLD) ->> TG_ARGV[0])::uuid AND preserve_until > now()
    ) THEN
        RAISE EXCEPTION 'A legal order holds this account: nothing of it in % may be deleted yet.', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN OLD;
END;
$$;
CREATE FUNCTION reviews_refuse_emptying() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM reviews_legalorder WHERE preserve_until > now()) THEN
        RAISE EXCEPTION 'A legal order holds rows of %: it may not be emptied yet.', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END;
$$;
CREATE FUNCTION reviews_keep_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.preserve_until < OLD.preserve_until
        OR (NEW.account_id IS DISTINCT FROM OLD.account_id AND OLD.preserve_until > now())
    THEN
        RAISE EXCEPTION 'What a legal order holds is not let go earlier.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER reviews_legalorder_hold BEFORE UPDATE ON reviews_legalorder
    FOR EACH ROW EXECUTE FUNCTION reviews_keep_hold();
ALTER TABLE reviews_legalorder ENABLE ALWAYS TRIGGER reviews_legalorder_hold;
"""
BACKWARD = """
DROP TRIGGER reviews_legalorder_hold ON reviews_legalorder;
DROP FUNCTION reviews_keep_hold();
DROP FUNCTION reviews_refuse_emptying();
DROP FUNCTION reviews_refuse_held();
"""
HELD = {
    "accounts_account": "id",
    "accounts_post": "account_id",
    "accounts_snapshot": "account_id",
    "accounts_observation": "account_id",
    "reviews_flag": "account_id",
    "reviews_case": "account_id",
    "reviews_decision": "account_id",
    "reviews_legalorder": "account_id",
}
HOLD = """
CREATE TRIGGER {table}_held BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION reviews_refuse_held('{column}');
CREATE TRIGGER {table}_held_whole BEFORE TRUNCATE ON {table} EXECUTE FUNCTION reviews_refuse_emptying();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_held;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_held_whole;
"""
LET_GO = """
DROP TRIGGER {table}_held_whole ON {table};
DROP TRIGGER {table}_held ON {table};
"""
# An order that was decided on before is answered as its flag was.
EARLIER = """
INSERT INTO reviews_legalorder (
    id, flag_id, case_id, account_id, client_id, order_id, authority, member_state, kind, received_at, deadline_at,
    pause_reason, pause_text, paused_seconds, answered_at, outcome, preserve_until
)
SELECT gen_random_uuid(), f.id, f.case_id, f.account_id, f.client_id, f.legal_basis ->> 'order_id',
    f.legal_basis ->> 'authority', '', 'other', f.received_at, (f.legal_basis ->> 'deadline')::timestamptz,
    '', '', 0,
    CASE f.state WHEN 'open' THEN NULL WHEN 'withdrawn' THEN f.received_at
        ELSE greatest(d.effective_at, f.received_at) END,
    CASE f.state WHEN 'open' THEN '' WHEN 'withdrawn' THEN 'withdrawn' ELSE d.outcome END,
    f.received_at + interval '183 days'
FROM reviews_flag f LEFT JOIN reviews_decision d ON d.id = f.decision_id
WHERE f.legal_basis IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0010_legal_orders"), ("accounts", "0001_initial")]
    operations = [
        migrations.RunSQL(EARLIER, migrations.RunSQL.noop),
        migrations.RunSQL(FORWARD, BACKWARD),
        *(
            migrations.RunSQL(HOLD.format(table=table, column=column), LET_GO.format(table=table))
            for table, column in HELD.items()
        ),
    ]
