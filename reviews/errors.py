"""The refusals of the review that callers tell apart."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from common.errors import Conflict, NotAllowed
from common.problems import declare


class CaseAlreadyClaimed(Conflict):
    """Somebody else holds the case (409)."""

    code = "case-claimed"

    @classmethod
    def by(cls, holder: str, expires_at: datetime) -> "CaseAlreadyClaimed":
        """The refusal that names the holder's pseudonym and the end of the claim."""
        return cls(
            _("%(holder)s has this case until %(expires_at)s UTC. Take the next one.")
            % {"holder": holder, "expires_at": f"{expires_at:%H:%M:%S}"},
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
            _("%(count)s more came in since you opened the case. Look at what is new, then decide again.")
            % {"count": current - seen},
            details={"evidence_version": current},
        )


class QueueOfOthers(NotAllowed):
    """The queue is worked by another team or by other roles (403)."""

    code = "queue-of-others"


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
            _("client_reference %(reference)s was used for flag %(flag_id)s with another body. Use a new reference.")
            % {"reference": repr(reference), "flag_id": flag_id},
            fields={"client_reference": _("used before with another body")},
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
            _("Your flags are not processed until %(until)s; send this one again then. Reason: %(reason)s")
            % {"until": until, "reason": reason},
            details={"reason": reason, "ends_at": ends_at.isoformat()},
        )


# ── what callers are told ────────────────────────────────────────────────────────────────────────────────
declare(
    "case-claimed",
    409,
    "Somebody else has the case",
    "Take the next one, or claim it after `expires_at`.",
    detail="Reviewer 12 has this case until 12:05:00 UTC. Take the next one.",
    members={"holder": "Reviewer 12", "expires_at": "2026-03-02T12:05:00+00:00"},
)
declare(
    "case-not-waiting",
    409,
    "The case does not wait",
    "Take another: what is decided is not claimed again.",
    detail="This case is decided: it can't be claimed.",
)
declare(
    "express-case",
    409,
    "The case carries an authority's order",
    "Decide it, or escalate it: its clock doesn't wait.",
    detail="This case carries an authority's order: it isn't held. Escalate it.",
)
declare(
    "claim-lost",
    409,
    "The claim is not the live one",
    "Claim the case again, look at it, and go on with the new token.",
    detail="Your claim ran out at 12:05:00 UTC. Claim the case again to go on.",
)
declare(
    "evidence-changed",
    409,
    "More came in than was looked at",
    "Read the case again, and decide on the `evidence_version` that it has now.",
    detail="2 more came in since you opened the case. Look at what is new, then decide again.",
    members={"evidence_version": 3},
)
declare(
    "second-person-needed",
    409,
    "The suspension needs a second person",
    "Flag the account, and propose the suspension on its case.",
    detail="Suspending this account needs a second person: flag it, and propose it on its case.",
)
declare(
    "queue-of-others",
    403,
    "The queue is worked by others",
    "Take from another queue, or leave `queue` out: then all that are the person's are served.",
    detail="Removal orders is worked by others: it has a team, or asks for a role.",
)
declare(
    "too-late",
    409,
    "The undo window is over",
    "Reverse the decision instead.",
    detail="The undo window ended at 12:00:30 UTC. Reverse the decision instead.",
)
declare(
    "decision-not-standing",
    409,
    "The decision does not stand",
    "Nothing is left to take back.",
    detail="This decision is undone already.",
)
declare(
    "newer-case",
    409,
    "Somebody works on a newer case of the account",
    "Wait until it is decided.",
    detail="Somebody works on a newer case of this account. Wait until it is decided.",
)
declare(
    "case-open",
    409,
    "The case is open again",
    "Decide it instead.",
    detail="This case is open again: decide it instead.",
)
declare(
    "approval-needed",
    409,
    "The batch needs a supervisor's approval",
    "Another person, a supervisor, approves it on its page, which starts it; approvals are never given through a key.",
    detail="Batches above 100 accounts need a supervisor's approval first.",
)
declare(
    "approval-expired",
    409,
    "The batch's approval has run out",
    "A supervisor other than its asker approves it again, on its page, which has it go on.",
    detail="The approval has run out while the batch was paused: a supervisor other than its asker must approve it "
    "again, on its page.",
)
declare(
    "batch-state",
    409,
    "The batch is not in a state for this",
    "Read the batch: its `state` says how far it is.",
    detail="This batch is finished: it can't become running.",
)
declare(
    "nothing-failed",
    409,
    "Nothing of the batch has failed",
    "Nothing is left to try again.",
    detail="Nothing of this batch has failed.",
)
declare(
    "nothing-to-revert",
    409,
    "Nothing of the batch is left to revert",
    "Its accounts are untouched, or reverted already.",
    detail="Nothing of this batch is left to revert.",
)
declare(
    "keeps-only",
    409,
    "The batch suspended nobody",
    "To suspend what it kept, ask for a batch that suspends: it has its own dry run and approval.",
    detail="To suspend what this batch kept, ask for a batch that suspends: it has its own dry run and approval.",
)
declare(
    "flag-decided",
    409,
    "The flag is answered",
    "It stays: a flag can be withdrawn until its case is decided.",
    detail="This flag was agreed already.",
)
declare(
    "reference-reused",
    409,
    "The client_reference was used before",
    "Use a new one for a new flag; to repeat a call, send the same body.",
    detail="client_reference 'ticket-4711' was used for flag 019cb1c5-8e00-7c3a-9b1e-4f2d6a7b8c9d with another body. "
    "Use a new reference.",
    fields={"client_reference": "used before with another body"},
    members={"flag": "019cb1c5-8e00-7c3a-9b1e-4f2d6a7b8c9d"},
)
declare(
    "source-suspended",
    403,
    "Your flags are not processed for now",
    "Send them again after `ends_at`. What is sent until then is counted, and not stored.",
    detail="Your flags are not processed until 2026-04-01 00:00 UTC: too many were unfounded. "
    "Send it again after that.",
    members={"reason": "too many were unfounded.", "ends_at": "2026-04-01T00:00:00+00:00"},
)
