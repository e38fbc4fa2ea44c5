"""What a source is told, as the exact bytes that are sent, and what it may call a reviewer."""

import base64
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec
from msgspec import Struct

from common.encryption import keyed_digest
from reviews.choices import FlagOutcome, FlagState, WebhookEvent
from reviews.models import Decision

PSEUDONYM_BYTES = 5  # 40 bits: no two reviewers of one source share a pseudonym but by a chance of one in 10⁷


class AccountTold(Struct, frozen=True):
    """The account that was flagged."""

    platform: str
    external_id: str


class EnforcementTold(Struct, frozen=True):
    """What became true on the platform: `suspend` or `reinstate`."""

    kind: str
    applied_at: datetime


class DecisionTold(Struct, frozen=True):
    """The decision that no longer stands."""

    id: UUID
    outcome: str
    decided_at: datetime


class FlagTold(Struct, frozen=True, kw_only=True):
    """A flag and what is known of it. What comes from a decision is null until there is one; `outcome` is `gone`, with
    no decision, when the account is gone from its platform."""

    flag: UUID
    client_reference: str
    account: AccountTold
    case: UUID
    policy: str
    state: str
    decision: UUID | None = None
    outcome: str | None = None
    until: datetime | None = None
    decided_at: datetime | None = None
    reviewer: str | None = None
    reversed: DecisionTold | None = None
    enforcement: EnforcementTold | None = None


class Told(Struct, frozen=True):
    """A whole message, as the Standard Webhooks specification shapes it."""

    type: str
    timestamp: datetime
    data: FlagTold | dict[str, str]


class FlagRow(NamedTuple):
    """What of a flag's row is told, in the order of `FIELDS`."""

    id: UUID
    client_id: UUID
    client_reference: str
    platform: str
    external_id: str
    case_id: UUID
    policy: str
    state: str
    decision_id: UUID | None


FIELDS = (
    "pk",
    "client_id",
    "client_reference",
    "account__platform__slug",
    "account__external_id",
    "case_id",
    "policy__code",
    "state",
    "decision_id",
)


def reviewer_for(client_id: UUID, staff_id: UUID) -> str:
    """The pseudonym under which a client knows a reviewer: always the same for it, another for each other client."""
    digest = keyed_digest(str(client_id), str(staff_id), purpose="reviewer pseudonym")
    return f"reviewer-{base64.b32encode(digest[:PSEUDONYM_BYTES]).decode().lower()}"


def body(
    event: WebhookEvent,
    at: datetime,
    flag: FlagRow,
    decision: Decision | None = None,
    *,
    replaced: Decision | None = None,
    enforcement: EnforcementTold | None = None,
) -> str:
    """The message about a flag. Takes the decision that answers it, and one that this replaces. A flag whose account is
    gone is answered by no decision, at `at`."""
    is_gone = flag.state == FlagState.GONE
    told = FlagTold(
        flag=flag.id,
        client_reference=flag.client_reference,
        account=AccountTold(flag.platform, flag.external_id),
        case=flag.case_id,
        policy=flag.policy,
        state=flag.state,
        decision=decision.pk if decision else None,
        outcome=str(decision.outcome) if decision else FlagOutcome.GONE.value if is_gone else None,
        until=decision.until if decision else None,
        decided_at=decision.decided_at if decision else at if is_gone else None,
        reviewer=reviewer_for(flag.client_id, decision.decided_by_id) if decision else None,
        reversed=DecisionTold(replaced.pk, str(replaced.outcome), replaced.decided_at) if replaced else None,
        enforcement=enforcement,
    )
    return _written(Told(event.value, at, told))


def body_of_test(at: datetime) -> str:
    """The message of a test."""
    return _written(Told(WebhookEvent.TEST.value, at, {"message": "A test, sent by hand. Nothing happened."}))


def _written(told: Told) -> str:
    return msgspec.json.encode(told).decode()
