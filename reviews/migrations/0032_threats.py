"""A threat against staff is raised on a case, and holds what is known of the account as a legal order does."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.ids

# Both functions as 0011_preservation made them, and with threats beside orders.
REFUSE = """
CREATE OR REPLACE FUNCTION reviews_refuse_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM reviews_legalorder
        WHERE account_id = (to_jsonb(OLD) ->> TG_ARGV[0])::uuid AND preserve_until > now()
    ) THEN
        RAISE EXCEPTION 'A legal order holds this account: nothing of it in % may be deleted yet.', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;{of_account}
    RETURN OLD;
END;
$$;
CREATE OR REPLACE FUNCTION reviews_refuse_emptying() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM reviews_legalorder WHERE preserve_until > now()) THEN
        RAISE EXCEPTION 'A legal order holds rows of %: it may not be emptied yet.', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;{of_all}
    RETURN NULL;
END;
$$;
"""
OF_ACCOUNT = """
    IF EXISTS (
        SELECT FROM reviews_threat
        WHERE account_id = (to_jsonb(OLD) ->> TG_ARGV[0])::uuid AND preserve_until > now()
    ) THEN
        RAISE EXCEPTION 'A threat against staff holds this account: nothing of it in % may be deleted yet.', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;"""
OF_ALL = """
    IF EXISTS (SELECT FROM reviews_threat WHERE preserve_until > now()) THEN
        RAISE EXCEPTION 'A threat against staff holds rows of %: it may not be emptied yet.', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;"""
HELD = """
CREATE TRIGGER reviews_threat_held BEFORE DELETE ON reviews_threat
    FOR EACH ROW EXECUTE FUNCTION reviews_refuse_held('account_id');
CREATE TRIGGER reviews_threat_held_whole BEFORE TRUNCATE ON reviews_threat EXECUTE FUNCTION reviews_refuse_emptying();
CREATE TRIGGER reviews_threat_hold BEFORE UPDATE ON reviews_threat
    FOR EACH ROW EXECUTE FUNCTION reviews_keep_hold();
ALTER TABLE reviews_threat ENABLE ALWAYS TRIGGER reviews_threat_held;
ALTER TABLE reviews_threat ENABLE ALWAYS TRIGGER reviews_threat_held_whole;
ALTER TABLE reviews_threat ENABLE ALWAYS TRIGGER reviews_threat_hold;
"""
LET_GO = """
DROP TRIGGER reviews_threat_hold ON reviews_threat;
DROP TRIGGER reviews_threat_held_whole ON reviews_threat;
DROP TRIGGER reviews_threat_held ON reviews_threat;
"""
FORWARD = REFUSE.format(of_account=OF_ACCOUNT, of_all=OF_ALL) + HELD
BACKWARD = LET_GO + REFUSE.format(of_account="", of_all="")


def _person(**more: object) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, **more
    )


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0031_exposure"),
        ("accounts", "0003_handle_prefixes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Threat",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("raised_at", models.DateTimeField()),
                ("words", models.TextField(blank=True)),
                ("tried_at", models.DateTimeField(blank=True, null=True)),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.TextField(blank=True)),
                ("preserve_until", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="threats",
                        to="accounts.account",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="threats", to="reviews.case"
                    ),
                ),
                ("raised_by", _person()),
                ("acknowledged_by", _person(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("acknowledged_at__isnull", True)),
                        fields=("case",),
                        name="reviews_threat_one_open_per_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("acknowledged_at__isnull", True), ("acknowledged_by__isnull", True), ("note", "")
                            ),
                            models.Q(
                                ("acknowledged_at__isnull", False),
                                ("acknowledged_by__isnull", False),
                                models.Q(("note", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="reviews_threat_acknowledged",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("acknowledged_at__isnull", True)),
                        fields=["raised_at"],
                        name="reviews_threat_open",
                    ),
                    models.Index(
                        condition=models.Q(("told_at__isnull", True)),
                        fields=["raised_at"],
                        name="reviews_threat_untold",
                    ),
                    models.Index(fields=["account", "preserve_until"], name="reviews_threat_hold"),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
