"""Writes to the ledger, and what carries them to platforms."""
