"""Intake: flags come in, by one or by ten thousand, on one path.

Recipe of `submit`, in one transaction:
 1. Look up the call's platforms, policies and sources, and the flags that this client sent before under the same
    references: the same body is answered with the first flag.
 2. Check each other flag: a bad one is answered and never sinks the rest. What is left and comes from a source whose
    processing is suspended is refused, and counted.
 3. Upsert and lock the accounts, capture posts, take snapshots.
 4. Find each flag's place (`reviews.rules.joining`), opening cases where none stands.
 5. Insert the flags, rank the cases they joined anew, write the log, register the orders that flags carry.
 6. Restrict the accounts that a flag claims restricted material of.
The locked account rows make intake, undo and batches take turns per account; cases are locked after accounts.
Rows are plain values and go in by COPY: docs/decisions/0012-intake-copies-rows.md.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected

import audit.services as audit
from accounts.choices import SnapshotCause
from accounts.models import Platform
from accounts.services import accounts, posts, snapshots
from accounts.services.accounts import StoredAccount
from accounts.services.posts import PostFacts
from common import bulk, clock, limits
from common.errors import DomainError, Invalid, TooLarge, Unavailable
from common.ids import new_id
from reviews import audit_actions
from reviews.errors import ReferenceReused, SourceSuspended
from reviews.models import Policy, Source
from reviews.rules import misuse as rules
from reviews.selectors import standing
from reviews.services import misuse, orders, placing, ranking, restricting
from reviews.services.facts import FlagFacts, IncomingFlag, LegalBasis, StoredFlag
from reviews.services.webhooks import noting
from staff.actors import Actor
from staff.choices import SourceKind
from staff.models import ApiClient
from staff.permissions import Permission

MAX_FLAGS = limits.RECORDS

# Built queries would cost a single flag more time than the database does.
_PLATFORMS = "SELECT * FROM accounts_platform WHERE slug = ANY(%s)"
_POLICIES = "SELECT * FROM reviews_policy WHERE code = ANY(%s) AND is_active"
_SOURCES = "SELECT * FROM reviews_source WHERE client_id = %s AND kind = ANY(%s)"
_BY_REFERENCE = """
    SELECT f.client_reference, f.id, f.account_id, p.slug, a.external_id, f.case_id, f.state, f.body_digest
    FROM reviews_flag f
    JOIN accounts_account a ON a.id = f.account_id
    JOIN accounts_platform p ON p.id = a.platform_id
    WHERE f.client_id = %s AND f.client_reference = ANY(%s) AND f.client_reference <> ''
"""
_FLAG_COLUMNS = (
    "id",
    "source_id",
    "client_id",
    "account_id",
    "case_id",
    "policy_id",
    "snapshot_id",
    "state",
    "decision_id",
    "reason",
    "reporter",
    "legal_basis",
    "evidence",
    "client_reference",
    "body_digest",
    "flagged_at",
    "received_at",
    "evidence_version",
)


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of one flag: it stands, and whether it is new, or why it was refused."""

    flag: StoredFlag | None
    is_new: bool = False
    error: DomainError | None = None


@dataclass(frozen=True, slots=True)
class _Context:
    """What one call looks up once. `sources` are the client's, by kind, but for those that speak for the first time;
    `suspended` holds the refusal for each kind that is suspended."""

    client: ApiClient
    at: datetime
    platforms: dict[str, Platform]
    policies: dict[str, Policy]
    sources: dict[str, Source]
    suspended: dict[str, SourceSuspended]


def submit_one(actor: Actor, flag: FlagFacts) -> Submitted:
    """One flag is stored. See `submit`. Raises what it was refused for."""
    (answer,) = submit(actor, [flag])
    if answer.error:
        raise answer.error
    return answer


def submit(actor: Actor, flags: Sequence[FlagFacts]) -> list[Submitted]:
    """The good ones among `flags` are stored with their accounts, snapshots, posts and cases, or nothing is.

    Takes up to 10,000 flags of one API client. Returns an answer for each, in order.
    Raises NotAllowed without the permission, TooLarge for too many, Unavailable when others keep storing the same
    references. Audit: flag.received and case.opened for each.
    """
    actor.require(Permission.SEND_FLAGS)
    if actor.client is None:
        raise Invalid("Flags come from an API client.", code="client-needed")
    if len(flags) > MAX_FLAGS:
        raise TooLarge(f"At most {MAX_FLAGS:,} flags fit into one call; this one holds {len(flags):,}.")
    for _ in range(3):
        try:
            with transaction.atomic():
                return _submit(actor, _look_up(actor.client, flags), flags)
        except (IntegrityError, OperationalError) as clash:
            if not _is_passing(clash):
                raise
    raise Unavailable("The same client_reference is being sent by several calls at once. Send it again.")


def _is_passing(clash: DatabaseError) -> bool:
    """Whether the next try goes through: another call stored the same reference or source first, and now it is found;
    or two calls with the same references in another order waited for each other, and PostgreSQL ended this one."""
    if isinstance(clash.__cause__, DeadlockDetected):
        return True
    return "reviews_flag_reference" in str(clash) or "reviews_source_once" in str(clash)


def _look_up(client: ApiClient, flags: Sequence[FlagFacts]) -> _Context:
    at = clock.now()
    slugs = {flag.account.platform for flag in flags}
    codes = {flag.policy for flag in flags}
    kinds = {flag.source_kind or client.kind for flag in flags}
    sources = {row.kind: row for row in Source.objects.raw(_SOURCES, [client.pk, list(kinds)])}
    return _Context(
        client=client,
        at=at,
        platforms={row.slug: row for row in Platform.objects.raw(_PLATFORMS, [list(slugs)])},
        policies={row.code: row for row in Policy.objects.raw(_POLICIES, [list(codes)])},
        sources=sources,
        suspended={kind: refusal for kind, row in sources.items() if (refusal := standing.refusal_of(row, at=at))},
    )


def _submit(actor: Actor, context: _Context, flags: Sequence[FlagFacts]) -> list[Submitted]:
    earlier = _sent_before(context, flags)
    answers = [_accepted_before(flag, earlier) or _refusal(context, flag) for flag in flags]
    twins = _answer_repeated(flags, answers, earlier)
    _refuse_suspended(context, flags, answers)
    new = [index for index, answer in enumerate(answers) if answer is None and index not in twins]
    if new:
        stored = _store(actor, context, [flags[index] for index in new])
        for index, flag in zip(new, stored, strict=True):
            answers[index] = Submitted(flag, is_new=True)
    for index, first in twins.items():
        answers[index] = _as_repeated(flags[index], answers[first])
    return [answer for answer in answers if answer is not None]


# ── 1. and 2. what is answered without being stored ──────────────────────────────────────────────────────
def _refusal(context: _Context, flag: FlagFacts) -> Submitted | None:
    for field, text in _faults(context, flag):
        return Submitted(None, error=Invalid(f"{field}: {text}", fields={field: text}))
    return None


def _faults(context: _Context, flag: FlagFacts) -> list[tuple[str, str]]:
    faults = []
    if flag.account.platform not in context.platforms:
        faults.append(("platform", f"no platform is called {flag.account.platform!r}."))
    if flag.policy not in context.policies:
        faults.append(("policy", f"no active policy has the code {flag.policy!r}; GET /api/v1/policies lists them."))
    if flag.flagged_at and flag.flagged_at > context.at + limits.CLOCK_SKEW:
        faults.append(("flagged_at", "lies in the future; check your clock."))
    if flag.source_kind and context.client.kind != SourceKind.RELAY:
        faults.append(("source_kind", "only a client of kind relay may state it."))
    if context.client.kind == SourceKind.RELAY and flag.source_kind not in context.client.may_state:
        allowed = ", ".join(sorted(context.client.may_state))
        faults.append(("source_kind", f"this relay must state one of {allowed}: its terms say so."))
    return faults


def _sent_before(context: _Context, flags: Sequence[FlagFacts]) -> dict[str, StoredFlag]:
    """The client's flags of earlier calls that have a reference of this one, by it."""
    references = {flag.client_reference for flag in flags if flag.client_reference}
    if not references:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_BY_REFERENCE, [context.client.pk, list(references)])
        return {reference: StoredFlag(*flag) for reference, *flag in cursor.fetchall()}


def _accepted_before(flag: FlagFacts, earlier: dict[str, StoredFlag]) -> Submitted | None:
    """The first flag, where just this was accepted before: it is answered as it was, whatever has changed since (its
    policy is in force no more, a relay may state its kind no more)."""
    row = earlier.get(flag.client_reference)
    return Submitted(row) if row and row.body_digest == flag.body_digest else None


def _answer_repeated(
    flags: Sequence[FlagFacts], answers: list[Submitted | None], earlier: dict[str, StoredFlag]
) -> dict[int, int]:
    """Answer the flags whose reference an earlier call used. Returns the twins in this call: index → first index."""
    first: dict[str, int] = {}
    twins: dict[int, int] = {}
    for index, flag in enumerate(flags):
        if answers[index] is not None or not flag.client_reference:
            continue
        if row := earlier.get(flag.client_reference):
            answers[index] = _as_repeated(flag, Submitted(row))
        elif (seen := first.setdefault(flag.client_reference, index)) != index:
            twins[index] = seen
    return twins


def _as_repeated(flag: FlagFacts, before: Submitted | None) -> Submitted:
    if before is None or before.flag is None:
        return before or Submitted(None)
    if before.flag.body_digest != flag.body_digest:
        return Submitted(None, error=ReferenceReused.of(flag.client_reference, before.flag.id))
    return Submitted(before.flag)


def _refuse_suspended(context: _Context, flags: Sequence[FlagFacts], answers: list[Submitted | None]) -> None:
    """Answer the flags of suspended sources that weren't accepted before, and count them: none is dropped silently."""
    refused: Counter[UUID] = Counter()
    for index, flag in enumerate(flags) if context.suspended else ():
        kind = flag.source_kind or context.client.kind
        is_refused = kind in context.suspended and rules.is_refused(kind, carries_order=flag.legal_basis is not None)
        if answers[index] is None and is_refused:
            answers[index] = Submitted(None, error=context.suspended[kind])
            refused[context.sources[kind].pk] += 1
    misuse.count_refused(refused, day=context.at.date())


# ── 3. to 6. ─────────────────────────────────────────────────────────────────────────────────────────────
def _store(actor: Actor, context: _Context, flags: Sequence[FlagFacts]) -> list[StoredFlag]:
    owners = accounts.upsert_and_read([flag.account for flag in flags], platforms=context.platforms)
    _capture_posts(context, flags, owners)
    counts = [(account.id, account.followers, account.following, account.posts) for account in owners]
    snapshot_ids = snapshots.take(counts, at=context.at, cause=SnapshotCause.FLAG)
    sources = _sources(context, flags)
    rows = [
        IncomingFlag(
            id=new_id(),
            facts=flag,
            account=account,
            source=sources[flag.source_kind or context.client.kind],
            policy=context.policies[flag.policy],
            snapshot_id=snapshot_id,
            flagged_at=flag.flagged_at or context.at,
            received_at=context.at,
            evidence=[post.external_id for post in flag.posts],
        )
        for flag, account, snapshot_id in zip(flags, owners, snapshot_ids, strict=True)
    ]
    placed = placing.place_flags(rows, at=context.at)
    bulk.insert_rows("reviews_flag", _FLAG_COLUMNS, [_columns(row, context.client) for row in rows])
    ranking.rerank(placed.to_rank)
    placing.reopen_where_sources_agree(actor, placed.waiting_on_kept)
    _record(actor, rows, placed)
    orders.register(actor, [row for row in rows if row.facts.legal_basis])
    restricting.by_flags(actor, rows)
    noting.flags_received(context.client.pk, [row.id for row in rows], at=context.at)
    return [_stored(row) for row in rows]


def _capture_posts(context: _Context, flags: Sequence[FlagFacts], owners: Sequence[StoredAccount]) -> None:
    evidence = [
        PostFacts(
            account_id=account.id,
            external_id=post.external_id,
            text=post.text,
            language=post.language,
            kind="",
            posted_at=post.posted_at,
            url=post.url,
            media=list(post.media),
        )
        for flag, account in zip(flags, owners, strict=True)
        for post in flag.posts
    ]
    if evidence:
        posts.capture(evidence, at=context.at)


def _sources(context: _Context, flags: Sequence[FlagFacts]) -> dict[str, Source]:
    """The client's source of each kind it speaks as, made where it is new."""
    kinds = {flag.source_kind or context.client.kind for flag in flags}
    missing = sorted(kinds - context.sources.keys())
    made = [Source(client=context.client, kind=kind, name=context.client.name) for kind in missing]
    if made:
        Source.objects.bulk_create(made)
    return context.sources | {row.kind: row for row in made}


def _columns(row: IncomingFlag, client: ApiClient) -> tuple[object, ...]:
    flag = row.facts
    return (
        row.id,
        row.source.id,
        client.id,
        row.account.id,
        row.case_id,
        row.policy.id,
        row.snapshot_id,
        row.state,
        row.decision_id,
        flag.reason,
        flag.reporter,
        _legal_basis(flag.legal_basis) if flag.legal_basis else None,
        row.evidence,
        flag.client_reference,
        flag.body_digest,
        row.flagged_at,
        row.received_at,
        row.evidence_version,
    )


def _legal_basis(basis: LegalBasis) -> str:
    deadline = basis.deadline.isoformat() if basis.deadline else None
    said = {"order_id": basis.order_id, "authority": basis.authority, "deadline": deadline}
    return msgspec.json.encode(said).decode()


def _stored(row: IncomingFlag) -> StoredFlag:
    assert row.case_id is not None
    account = row.account
    return StoredFlag(
        row.id, account.id, account.platform, account.external_id, row.case_id, row.state, row.facts.body_digest
    )


def _record(actor: Actor, rows: Sequence[IncomingFlag], placed: placing.Placed) -> None:
    about = [placing.subjects_of(row.account.platform, row.account.external_id, row.case_id) for row in rows]
    opened = {row.case_id: names for row, names in zip(rows, about, strict=True) if row.case_id in placed.opened}
    openings = [(audit_actions.CASE_OPENED, names, {"cause": "flag"}) for names in opened.values()]
    receipts = [
        (
            audit_actions.FLAG_RECEIVED,
            [audit.subject("flag", row.id), *names],
            {"policy": row.policy.code, "source_kind": row.source.kind, "state": row.state},
        )
        for row, names in zip(rows, about, strict=True)
    ]
    audit.record_all(actor, openings + receipts)
