"""The ledger."""

from takedowns.models.enforcement import Attempt, Enforcement

__all__ = ["Attempt", "Enforcement"]
