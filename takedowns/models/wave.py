"""Waves that are held back."""

from django.db import models


class HeldWave(models.Model):
    """A wave of which nothing leaves now: it is paused, or cancelled and not all taken back yet.

    Made and deleted by `waves`. One row holds back a wave of any size: its enforcements stay as they are, and whoever
    leases passes them over.
    """

    wave = models.CharField(max_length=80, primary_key=True)
    held_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.wave
