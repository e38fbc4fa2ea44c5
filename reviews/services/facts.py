"""What callers hand to the services, and what they get back: flags as they are sent and stored, and verdicts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct

from accounts.services.accounts import AccountFacts, StoredAccount
from reviews.models import Policy, Source


class EvidencePost(Struct, frozen=True, kw_only=True):
    """A post that a flag rests on. `external_id` is unique within the account."""

    external_id: str
    text: str
    language: str = ""
    posted_at: datetime | None = None
    url: str = ""
    media: tuple[dict[str, str], ...] = ()


class LegalBasis(Struct, frozen=True, kw_only=True):
    """An order that a flag carries: its id, who issued it, what it rests on, when it was received (None: with the
    flag), and until when it must be answered. `member_state` is a country's code, or empty."""

    order_id: str
    authority: str
    deadline: datetime | None = None
    kind: str = "other"
    member_state: str = ""
    received_at: datetime | None = None


class FlagFacts(Struct, frozen=True, kw_only=True):
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
    body_digest: str = ""


class StoredFlag(NamedTuple):
    """A flag that stands: what its sender is answered. `platform` is a slug."""

    id: UUID
    account_id: UUID
    platform: str
    external_id: str
    case_id: UUID
    state: str
    body_digest: str


@dataclass(slots=True)
class IncomingFlag:
    """A flag on its way in, light as a row: no model instance is made for each of ten thousand.

    `placing` fills in its case, state, decision and evidence version. Within the transaction that stores it, whatever
    else hangs on a flag (an order, a word to its sender) is told with these.
    """

    id: UUID
    facts: FlagFacts
    account: StoredAccount
    source: Source
    policy: Policy
    snapshot_id: UUID
    flagged_at: datetime
    received_at: datetime
    evidence: list[str]
    case_id: UUID | None = None
    state: str = "open"
    decision_id: UUID | None = None
    evidence_version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A decision as asked for. `token` is the claim's; `evidence_version` what was on the screen; `until` None means
    for good. `policy` is a code.

    Who decides on the case page also says what they chose and saw, and is held to it: `days` of the length (0 for
    good), `length_reason` why it isn't the proposed one, `evidence_seen` the external ids of posts. None: not said."""

    case_id: UUID
    token: str
    evidence_version: int
    outcome: str
    policy: str
    reason: str
    until: datetime | None = None
    days: int | None = None
    length_reason: str = ""
    evidence_seen: Sequence[str] | None = None
