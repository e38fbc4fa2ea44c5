"""What was restricted by the policies of flags is restricted by its account, and with it all the account's cases. Of
what is old nobody is alerted."""

from django.db import migrations

ACCOUNTS = """
UPDATE accounts_account a SET clearances = given.clearances
FROM (
    SELECT c.account_id, array_agg(DISTINCT one ORDER BY one) AS clearances
    FROM reviews_case c JOIN reviews_lane l ON l.id = c.lane_id CROSS JOIN unnest(l.clearances) AS one GROUP BY 1
) AS given
WHERE a.id = given.account_id;
"""
RESTRICTIONS = """
INSERT INTO reviews_restriction (id, account_id, case_id, clearance, made_at, mail_at, mail_tries, acknowledged_at, lifted_why)
SELECT gen_random_uuid(), first.account_id, first.id, first.one, first.opened_at, first.opened_at, 0, now(), '' FROM (
    SELECT DISTINCT ON (c.account_id, one) c.account_id, c.id, one, c.opened_at
    FROM reviews_case c JOIN reviews_lane l ON l.id = c.lane_id CROSS JOIN unnest(l.clearances) AS one
    ORDER BY c.account_id, one, c.opened_at
) AS first;
"""
LANES = """
INSERT INTO reviews_lane
    (platform_id, policy_id, language, source_kinds, protected_class, follower_band, clearances)
SELECT DISTINCT l.platform_id, l.policy_id, l.language, l.source_kinds, l.protected_class, l.follower_band, a.clearances
FROM reviews_case c JOIN reviews_lane l ON l.id = c.lane_id JOIN accounts_account a ON a.id = c.account_id
WHERE NOT a.clearances <@ l.clearances
ON CONFLICT DO NOTHING;
UPDATE reviews_case c SET lane_id = wanted.id
FROM reviews_lane l, accounts_account a, reviews_lane wanted
WHERE l.id = c.lane_id AND a.id = c.account_id AND NOT a.clearances <@ l.clearances
    AND wanted.platform_id = l.platform_id AND wanted.policy_id = l.policy_id AND wanted.language = l.language
    AND wanted.source_kinds = l.source_kinds AND wanted.protected_class = l.protected_class
    AND wanted.follower_band = l.follower_band AND wanted.clearances = a.clearances;
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0035_routed_policies")]

    operations = [
        migrations.RunSQL(ACCOUNTS, migrations.RunSQL.noop),
        migrations.RunSQL(RESTRICTIONS, migrations.RunSQL.noop),
        migrations.RunSQL(LANES, migrations.RunSQL.noop),
    ]
