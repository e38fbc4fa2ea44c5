"""Cases close since their account is gone, and so do their flags and orders; why a case was closed is kept."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0037_batches_leave_restricted_out")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="closed_as",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Not closed"),
                    ("withdrawn", "All its flags were withdrawn"),
                    ("folded", "Folded into an earlier case"),
                    ("gone", "The account is gone from its platform"),
                ],
                db_default="",
                default="",
                max_length=10,
            ),
        ),
        migrations.RemoveConstraint(model_name="flag", name="reviews_flag_state"),
        migrations.RemoveConstraint(model_name="flag", name="reviews_flag_decision"),
        migrations.AlterField(
            model_name="flag",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("agreed", "Agreed"),
                    ("disagreed", "Disagreed"),
                    ("withdrawn", "Withdrawn"),
                    ("already_actioned", "Already actioned"),
                    ("gone", "Account gone"),
                ],
                default="open",
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="flag",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["open", "agreed", "disagreed", "withdrawn", "already_actioned", "gone"])
                ),
                name="reviews_flag_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="flag",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["open", "withdrawn", "gone"]), ("decision__isnull", False), _connector="OR"
                ),
                name="reviews_flag_decision",
            ),
        ),
        migrations.RemoveConstraint(model_name="legalorder", name="reviews_order_answered"),
        migrations.AlterField(
            model_name="legalorder",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("suspend", "Suspended"),
                    ("keep", "Kept"),
                    ("withdrawn", "Withdrawn"),
                    ("gone", "Account gone"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="legalorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("outcome", "")),
                    models.Q(("answered_at__isnull", False), ("outcome__in", ["suspend", "keep", "withdrawn", "gone"])),
                    _connector="OR",
                ),
                name="reviews_order_answered",
            ),
        ),
    ]
