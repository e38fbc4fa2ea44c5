"""Every case stands in a lane: the one combination of what queues filter by."""

import django.db.models.deletion
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

_PROTECTED = [
    ("", "Not protected"),
    ("journalist", "Journalist"),
    ("elected_official", "Elected official"),
    ("public_institution", "Public institution"),
    ("minor", "Minor"),
]
_BANDS = [
    ("unknown", "Unknown"),
    ("under_1k", "Under 1,000"),
    ("from_1k", "1,000 to 9,999"),
    ("from_10k", "10,000 to 99,999"),
    ("from_100k", "100,000 to 999,999"),
    ("from_1m", "1,000,000 and more"),
]
_ONCE = ["platform", "policy", "language", "source_kinds", "protected_class", "follower_band", "clearances"]

# No policy asks for a clearance yet when this runs.
FILL = """
CREATE TEMPORARY TABLE standing ON COMMIT DROP AS
SELECT c.id, c.platform_id, c.policy_id, c.language, c.source_kinds, a.protected_class,
    CASE WHEN a.followers IS NULL THEN 'unknown' WHEN a.followers < 1000 THEN 'under_1k'
        WHEN a.followers < 10000 THEN 'from_1k' WHEN a.followers < 100000 THEN 'from_10k'
        WHEN a.followers < 1000000 THEN 'from_100k' ELSE 'from_1m' END AS follower_band
FROM reviews_case c JOIN accounts_account a ON a.id = c.account_id;
INSERT INTO reviews_lane (platform_id, policy_id, language, source_kinds, protected_class, follower_band, clearances)
SELECT DISTINCT platform_id, policy_id, language, source_kinds, protected_class, follower_band, '{}'::varchar[]
FROM standing;
UPDATE reviews_case c SET lane_id = l.id
FROM standing s JOIN reviews_lane l
    USING (platform_id, policy_id, language, source_kinds, protected_class, follower_band)
WHERE c.id = s.id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


def _many(length):
    return ArrayField(base_field=models.CharField(max_length=length), blank=True, default=list, size=None)


def _one(to, **options):
    return models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to=to, **options)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_handle_prefixes"), ("reviews", "0025_queue_filters")]
    operations = [
        migrations.CreateModel(
            name="Lane",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("platform", _one("accounts.platform", related_name="+")),
                ("policy", _one("reviews.policy", related_name="+")),
                ("language", models.CharField(blank=True, max_length=35)),
                ("source_kinds", _many(20)),
                ("protected_class", models.CharField(blank=True, choices=_PROTECTED, max_length=20)),
                ("follower_band", models.CharField(choices=_BANDS, max_length=12)),
                ("clearances", _many(20)),
            ],
            options={"constraints": [models.UniqueConstraint(fields=_ONCE, name="reviews_lane_once")]},
        ),
        migrations.AddField("case", "lane", _one("reviews.lane", related_name="cases", null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField("case", "lane", _one("reviews.lane", related_name="cases")),
    ]
