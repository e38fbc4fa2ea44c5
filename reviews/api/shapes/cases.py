"""Cases, claims and their gestures, as the API takes and answers them."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct

from accounts.shapes import Moment, Sent
from common.closed_sets import one_of
from common.openapi import Instant
from common.paging import Page
from reviews.api.shapes.accounts import AccountShown
from reviews.choices import CaseState, FlagState, SkipReason
from reviews.models import Case, Claim, Decision, Flag
from reviews.rules.rank import Line
from staff.choices import SourceKind

Staff = Annotated[
    str,
    Meta(
        min_length=1, max_length=150, description="Username of the person whom the key acts for", examples=["moderator"]
    ),
]
Token = Annotated[
    str, Meta(description="The live claim's token, opaque: any other answers 409", examples=["9NzQn5qjW0yZ…"])
]


class NextIn(Sent):
    """Who wants the next case, from which queue; without one from all of the person's queues."""

    staff: Staff
    queue: Annotated[str, Meta(max_length=60, description="A queue's slug; GET /queues lists them")] = ""


class ClaimIn(Sent):
    """Who claims."""

    staff: Staff


class HolderIn(Sent):
    """Who holds the case, and the claim's token."""

    staff: Staff
    claim_token: Token


class SkipIn(HolderIn):
    """Who passes the case over, and why."""

    why: Annotated[Literal["language", "subject", "conflict", "harm", "other"], one_of(SkipReason)] = "other"
    reason: Annotated[str, Meta(max_length=200)] = ""


class HoldIn(HolderIn):
    """Who holds the case for later, why, and when to be reminded; without a time after one that is set."""

    reason: Annotated[str, Meta(min_length=1, max_length=2000, examples=["I wait for a translation."])]
    remind_at: Moment | None = None


class EscalateIn(HolderIn):
    """Who asks, which queue, and what."""

    queue: Annotated[
        str, Meta(max_length=60, description="A queue's slug; GET /queues lists them", examples=["everything"])
    ]
    question: Annotated[str, Meta(min_length=1, max_length=2000, examples=["Is this satire?"])]


class CaseShown(Struct, frozen=True):
    """The open question about one account. `evidence_version` grows with each flag that joins."""

    id: UUID
    account: AccountShown
    state: Annotated[str, one_of(CaseState)]
    policy: Annotated[
        str, Meta(description="The gravest that its flags claim", examples=["coordinated_inauthentic_behaviour"])
    ]
    evidence_version: int
    source_kinds: Annotated[list[Annotated[str, one_of(SourceKind)]], Meta(examples=[["trusted_flagger"]])]
    opened_at: Instant
    due_at: Instant
    legal_deadline_at: Instant | None
    closed_at: Instant | None

    @classmethod
    def of(cls, row: Case) -> "CaseShown":
        """Takes a case with account, platform and policy."""
        return cls(**_shown(row))

    @classmethod
    def all_of(cls, rows: Sequence[Case]) -> "list[CaseShown]":
        """Many."""
        return [cls.of(row) for row in rows]


def _shown(row: Case) -> dict[str, Any]:
    return {
        "id": row.pk,
        "account": AccountShown.of(row.account),
        "state": row.state,
        "policy": row.policy.code,
        "evidence_version": row.evidence_version,
        "source_kinds": row.source_kinds,
        "opened_at": row.opened_at,
        "due_at": row.due_at,
        "legal_deadline_at": row.legal_deadline_at,
        "closed_at": row.closed_at,
    }


class CasePage(Page[CaseShown]):
    """Cases, newest first unless told. `next` is the cursor of the following page, null on the last one."""


class ClaimShown(Struct, frozen=True):
    """The lease: renew it before it ends; every gesture on the case needs the token."""

    token: Annotated[str, Meta(examples=["9NzQn5qjW0yZ…"])]
    expires_at: Instant


class Claimed(Struct, frozen=True):
    """The case is the person's until the claim expires."""

    case: CaseShown
    claim: ClaimShown

    @classmethod
    def of(cls, case: Case, claim: Claim) -> "Claimed":
        """Takes the case as `CaseShown.of` does."""
        return cls(CaseShown.of(case), ClaimShown(claim.token, claim.expires_at))


class Held(Struct, frozen=True):
    """The case is held for later, until the person goes on with it, or until it is remembered."""

    case: CaseShown
    remind_at: Instant


class CaseFlag(Struct, frozen=True):
    """A flag in a case. `evidence` are external ids of posts; the counts are those at detection; `trusted` says that it
    came from a trusted flagger within its area of competence (Art. 22 DSA)."""

    id: UUID
    state: Annotated[str, one_of(FlagState)]
    policy: Annotated[str, Meta(examples=["coordinated_inauthentic_behaviour"])]
    source: Annotated[str, Meta(examples=["Cast client"])]
    source_kind: Annotated[str, one_of(SourceKind)]
    reason: Annotated[str, Meta(examples=["The same text from forty accounts."])]
    evidence: Annotated[list[str], Meta(examples=[["post-1"]])]
    followers: int | None
    flagged_at: Instant
    legal_deadline: Annotated[str | None, Meta(examples=[None])]
    evidence_version: int
    trusted: bool

    @classmethod
    def of(cls, row: Flag, *, trusted: bool) -> "CaseFlag":
        """Takes a flag with source, policy and snapshot."""
        return cls(
            id=row.pk,
            state=row.state,
            policy=row.policy.code,
            source=row.source.name,
            source_kind=row.source.kind,
            reason=row.reason,
            evidence=row.evidence,
            followers=row.snapshot.followers,
            flagged_at=row.flagged_at,
            legal_deadline=(row.legal_basis or {}).get("deadline"),
            evidence_version=row.evidence_version,
            trusted=trusted,
        )


class RankLine(Struct, frozen=True):
    """One component of the rank in points, and why."""

    points: Annotated[float, Meta(examples=[4.5])]
    sentence: Annotated[str, Meta(examples=["165 followers."])]


class ProposalShown(Struct, frozen=True):
    """A suspension that waits for a second person, on its page. `needs` says why."""

    id: UUID
    policy: Annotated[str, Meta(examples=["coordinated_inauthentic_behaviour"])]
    reason: Annotated[str, Meta(examples=["It is part of a coordinated network."])]
    until: Instant | None
    needs: Annotated[list[str], Meta(examples=[["protected"]])]
    proposed_by: Annotated[str, Meta(description="The proposer's pseudonym", examples=["Reviewer 12"])]
    proposed_at: Instant

    @classmethod
    def of(cls, row: Decision) -> "ProposalShown":
        """Takes a proposed decision with its policy and decider."""
        return cls(row.pk, row.policy.code, row.reason, row.until, row.needs, row.decided_by.pseudonym, row.decided_at)


class CaseDetail(CaseShown, frozen=True):
    """A case with its flags, its rank explained, the proposal that waits on it, and what the person named in `staff`
    may do with it now."""

    flags: list[CaseFlag]
    rank: list[RankLine]
    rank_total: Annotated[float, Meta(examples=[4.5])]
    actions: Annotated[list[str], Meta(examples=[["claim"]])]
    proposal: ProposalShown | None

    @classmethod
    def of_case(
        cls,
        row: Case,
        flags: Sequence[Flag],
        lines: Sequence[Line],
        actions: frozenset[str],
        trusted: frozenset[UUID],
        proposal: Decision | None,
    ) -> "CaseDetail":
        """Takes what the selectors of cases give."""
        return cls(
            **_shown(row),
            flags=[CaseFlag.of(flag, trusted=flag.pk in trusted) for flag in flags],
            rank=[RankLine(line.points, line.sentence) for line in lines],
            rank_total=round(sum(line.points for line in lines), 1),
            actions=sorted(actions),
            proposal=ProposalShown.of(proposal) if proposal else None,
        )
