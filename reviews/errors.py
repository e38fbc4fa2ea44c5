"""The refusals of the review that callers tell apart."""

from datetime import datetime
from uuid import UUID

from common.errors import Conflict, NotAllowed


class CaseAlreadyClaimed(Conflict):
    """Somebody else holds the case (409)."""

    code = "case-claimed"

    @classmethod
    def by(cls, holder: str, expires_at: datetime) -> "CaseAlreadyClaimed":
        """The refusal that names the holder's pseudonym and the end of the claim."""
        return cls(
            f"{holder} has this case until {expires_at:%H:%M:%S} UTC. Take the next one.",
            details={"holder": holder, "expires_at": expires_at.isoformat()},
        )


class ClaimLost(Conflict):
    """The claim shown is not the live one (409)."""

    code = "claim-lost"


class EvidenceChanged(Conflict):
    """More came in than was on the screen (409)."""

    code = "evidence-changed"

    @classmethod
    def since(cls, seen: int, current: int) -> "EvidenceChanged":
        """The refusal that tells which version was seen and which is current."""
        return cls(
            f"{current - seen} more came in since you opened the case. Look at what is new, then decide again.",
            details={"evidence_version": current},
        )


class TooLate(Conflict):
    """The moment for this has passed (409)."""

    code = "too-late"


class ReferenceReused(Conflict):
    """The same client_reference came with another body (409)."""

    code = "reference-reused"

    @classmethod
    def of(cls, reference: str, flag_id: UUID) -> "ReferenceReused":
        """The refusal that names the first flag."""
        return cls(
            f"client_reference {reference!r} was used for flag {flag_id} with another body. Use a new reference.",
            fields={"client_reference": "used before with another body"},
            details={"flag": str(flag_id)},
        )


class SourceSuspended(NotAllowed):
    """This source's flags are not processed for now (403)."""

    code = "source-suspended"

    @classmethod
    def until(cls, ends_at: datetime, reason: str) -> "SourceSuspended":
        """The refusal that tells until when, and why."""
        until = f"{ends_at:%Y-%m-%d %H:%M} UTC"
        return cls(
            f"Your flags are not processed until {until}; send this one again then. Reason: {reason}",
            details={"reason": reason, "ends_at": ends_at.isoformat()},
        )
