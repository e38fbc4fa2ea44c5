"""Identifiers: UUIDv7, which sort by the time they were made and leak no counts."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A new UUIDv7. Source: RFC 9562, section 5.7."""
    return uuid7()
