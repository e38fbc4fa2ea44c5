"""An index for each order of the list of cases, led by the state."""

from django.db import migrations, models

ORDERS = {
    "rank": "serving_order",
    "opening": "opened_at",
    "due": "due_at",
    "followers": "followers_order",
    "last_flag": "last_flag_at",
}


class Migration(migrations.Migration):
    dependencies = [("reviews", "0021_case_orders")]
    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["state", column, "id"], name=f"reviews_case_by_{order}"),
        )
        for order, column in ORDERS.items()
    ]
