"""Waves that are held back: one row each, so that a pause acts at once at any size."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("takedowns", "0005_fewer_indexes")]
    operations = [
        migrations.CreateModel(
            name="HeldWave",
            fields=[
                ("wave", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("held_at", models.DateTimeField()),
            ],
        ),
    ]
