"""The only way into the log."""

from audit.services.recording import ActorLike, record, record_all, record_many, subject

__all__ = ["ActorLike", "record", "record_all", "record_many", "subject"]
