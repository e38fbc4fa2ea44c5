"""Rows of the log."""

from audit.models.entry import Entry

__all__ = ["Entry"]
