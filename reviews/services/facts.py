"""What callers hand to the services: flags as they are sent, and verdicts."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from accounts.services.accounts import AccountFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePost:
    """A post that a flag rests on. `external_id` is unique within the account."""

    external_id: str
    text: str
    language: str = ""
    posted_at: datetime | None = None
    url: str = ""
    media: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalBasis:
    """An order that a flag carries: its id, who issued it, and until when it must be answered."""

    order_id: str
    authority: str
    deadline: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagFacts:
    """One flag as sent. `body_digest` is the SHA-256 (hexadecimal) of its canonical body; with `client_reference` it
    tells a repetition from a clash. `source_kind` may only be stated by a relay."""

    account: AccountFacts
    policy: str
    reason: str = ""
    flagged_at: datetime | None = None
    reporter: str = ""
    legal_basis: LegalBasis | None = None
    posts: tuple[EvidencePost, ...] = ()
    client_reference: str = ""
    source_kind: str = ""
    body_digest: str = field(default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A decision as asked for. `token` is the claim's; `evidence_version` what was on the screen; `until` None means
    for good. `policy` is a code."""

    case_id: UUID
    token: str
    evidence_version: int
    outcome: str
    policy: str
    reason: str
    until: datetime | None = None
