"""The ledger."""

from takedowns.models.enforcement import Attempt, Enforcement
from takedowns.models.stop import Stop
from takedowns.models.wave import HeldWave

__all__ = ["Attempt", "Enforcement", "HeldWave", "Stop"]
