"""Intake: flags come in, by one or by ten thousand, on one path.

Recipe of `submit`:
 1. Check each flag; a bad one is answered and never sinks the rest.
 2. Find flags that this client sent before under the same reference: the same body is answered with the first flag.
 3. In one transaction: upsert and lock the accounts, capture posts, take snapshots.
 4. Find each flag's place (`reviews.rules.joining`), opening cases where none stands.
 5. Insert the flags, rank the cases they joined anew, write the log.
The locked account rows make intake, undo and batches take turns per account; cases are locked after accounts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

import audit.services as audit
from accounts.choices import SnapshotCause
from accounts.models import Account, Platform
from accounts.services import accounts, posts, snapshots
from accounts.services.posts import PostFacts
from common import bulk, clock
from common.errors import DomainError, Invalid, TooLarge
from common.ids import new_id
from reviews import audit_actions
from reviews.errors import ReferenceReused
from reviews.models import Flag, Policy, Source
from reviews.services import placing, ranking
from reviews.services.facts import FlagFacts
from staff.actors import Actor
from staff.choices import SourceKind
from staff.models import ApiClient
from staff.permissions import Permission

CLOCK_SKEW = timedelta(minutes=5)
MAX_FLAGS = 10_000


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of one flag: its row and whether it is new, or why it was refused."""

    flag: Flag | None
    is_new: bool = False
    error: DomainError | None = None


@dataclass(frozen=True, slots=True)
class _Context:
    """What one call looks up once."""

    client: ApiClient
    at: datetime
    platforms: dict[str, Platform]
    policies: dict[str, Policy]


def submit_one(actor: Actor, flag: FlagFacts) -> Submitted:
    """One flag is stored. See `submit`. Raises what it was refused for."""
    (answer,) = submit(actor, [flag])
    if answer.error:
        raise answer.error
    return answer


def submit(actor: Actor, flags: Sequence[FlagFacts]) -> list[Submitted]:
    """The good ones among `flags` are stored with their accounts, snapshots, posts and cases, or nothing is.

    Takes up to 10,000 flags of one API client. Returns an answer for each, in order.
    Raises NotAllowed without the permission, TooLarge for too many. Audit: flag.received and case.opened for each.
    """
    actor.require(Permission.SEND_FLAGS)
    if actor.client is None:
        raise Invalid("Flags come from an API client.", code="client-needed")
    if len(flags) > MAX_FLAGS:
        raise TooLarge(f"At most {MAX_FLAGS:,} flags fit into one call; this one holds {len(flags):,}.")
    context = _look_up(actor.client, flags)
    for _ in range(3):
        try:
            with transaction.atomic():
                return _submit(actor, context, flags)
        except IntegrityError as clash:  # another call stored the same reference first: now it is found
            if "reviews_flag_reference" not in str(clash) and "reviews_source_once" not in str(clash):
                raise
    raise Invalid("The same client_reference is being sent by several calls at once. Send it again.")


def _look_up(client: ApiClient, flags: Sequence[FlagFacts]) -> _Context:
    slugs = {flag.account.platform for flag in flags}
    codes = {flag.policy for flag in flags}
    return _Context(
        client=client,
        at=clock.now(),
        platforms={row.slug: row for row in Platform.objects.filter(slug__in=slugs)},
        policies={row.code: row for row in Policy.objects.filter(code__in=codes, is_active=True)},
    )


def _submit(actor: Actor, context: _Context, flags: Sequence[FlagFacts]) -> list[Submitted]:
    answers: list[Submitted | None] = [_refusal(context, flag) for flag in flags]
    twins = _answer_repeated(context, flags, answers)
    new = [index for index, answer in enumerate(answers) if answer is None and index not in twins]
    if new:
        rows = _store(actor, context, [flags[index] for index in new])
        for index, row in zip(new, rows, strict=True):
            answers[index] = Submitted(row, is_new=True)
    for index, first in twins.items():
        answers[index] = _as_repeated(flags[index], answers[first])
    return [answer for answer in answers if answer is not None]


# ── 1. checks ────────────────────────────────────────────────────────────────────────────────────────────
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
    if flag.flagged_at and flag.flagged_at > context.at + CLOCK_SKEW:
        faults.append(("flagged_at", "lies in the future."))
    if flag.source_kind and context.client.kind != SourceKind.RELAY:
        faults.append(("source_kind", "only a client of kind relay may state it."))
    if context.client.kind == SourceKind.RELAY and flag.source_kind not in context.client.may_state:
        allowed = ", ".join(sorted(context.client.may_state))
        faults.append(("source_kind", f"this relay must state one of {allowed}: its terms say so."))
    return faults


# ── 2. repetitions ───────────────────────────────────────────────────────────────────────────────────────
def _answer_repeated(context: _Context, flags: Sequence[FlagFacts], answers: list[Submitted | None]) -> dict[int, int]:
    """Answer the flags that were sent in an earlier call. Returns the twins within this call: index → first index."""
    references = {flag.client_reference for flag in flags if flag.client_reference}
    if not references:
        return {}
    known = Flag.objects.filter(client=context.client, client_reference__in=references)
    earlier = {row.client_reference: row for row in known}
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
        return Submitted(None, error=ReferenceReused.of(flag.client_reference, before.flag.pk))
    return replace(before, is_new=False)


# ── 3. to 5. ─────────────────────────────────────────────────────────────────────────────────────────────
def _store(actor: Actor, context: _Context, flags: Sequence[FlagFacts]) -> list[Flag]:
    account_ids = accounts.upsert([flag.account for flag in flags], platforms=context.platforms)
    by_id = placing.lock_accounts(account_ids)
    _capture_posts(context, flags, account_ids)
    taken = [(pk, by_id[pk].followers, by_id[pk].following, by_id[pk].posts) for pk in account_ids]
    snapshot_ids = snapshots.take(taken, at=context.at, cause=SnapshotCause.FLAG)
    sources = _sources(context, flags)
    rows = [
        _row(context, flag, by_id[account_id], snapshot_id, sources)
        for flag, account_id, snapshot_id in zip(flags, account_ids, snapshot_ids, strict=True)
    ]
    placed = placing.place_flags(rows, by_id, at=context.at)
    bulk.insert(rows)
    ranking.rerank(placed.to_rank)
    placing.reopen_where_sources_agree(actor, placed.waiting_on_kept, by_id)
    _record(actor, rows, by_id, placed.opened)
    return rows


def _capture_posts(context: _Context, flags: Sequence[FlagFacts], account_ids: list[UUID]) -> None:
    evidence = [
        PostFacts(
            account_id=account_id,
            external_id=post.external_id,
            text=post.text,
            language=post.language,
            kind="",
            posted_at=post.posted_at,
            url=post.url,
            media=list(post.media),
        )
        for flag, account_id in zip(flags, account_ids, strict=True)
        for post in flag.posts
    ]
    if evidence:
        posts.capture(evidence, at=context.at)


def _sources(context: _Context, flags: Sequence[FlagFacts]) -> dict[str, Source]:
    """The client's source of each kind it speaks as, made where it is new."""
    kinds = {flag.source_kind or context.client.kind for flag in flags}
    found = {row.kind: row for row in Source.objects.filter(client=context.client, kind__in=kinds)}
    missing = sorted(kinds - found.keys())
    made = [Source(client=context.client, kind=kind, name=context.client.name) for kind in missing]
    Source.objects.bulk_create(made)
    return found | {row.kind: row for row in made}


def _row(context: _Context, flag: FlagFacts, account: Account, snapshot_id: UUID, sources: dict[str, Source]) -> Flag:
    basis = flag.legal_basis
    return Flag(
        id=new_id(),
        source=sources[flag.source_kind or context.client.kind],
        client=context.client,
        account=account,
        policy=context.policies[flag.policy],
        snapshot_id=snapshot_id,
        reason=flag.reason,
        reporter=flag.reporter,
        legal_basis=basis
        and {
            "order_id": basis.order_id,
            "authority": basis.authority,
            "deadline": basis.deadline.isoformat() if basis.deadline else None,
        },
        evidence=[post.external_id for post in flag.posts],
        client_reference=flag.client_reference,
        body_digest=flag.body_digest,
        flagged_at=flag.flagged_at or context.at,
        received_at=context.at,
        evidence_version=0,
    )


def _record(actor: Actor, rows: list[Flag], by_id: dict[UUID, Account], opened: set[UUID]) -> None:
    about = {row.pk: placing.subjects(by_id[row.account_id], row.case_id) for row in rows}
    opening = {row.case_id: about[row.pk] for row in rows if row.case_id in opened}
    audit.record_many(actor, audit_actions.CASE_OPENED, [(names, {"cause": "flag"}) for names in opening.values()])
    audit.record_many(
        actor,
        audit_actions.FLAG_RECEIVED,
        [
            (
                [audit.subject("flag", row.pk), *about[row.pk]],
                {"policy": row.policy.code, "source_kind": row.source.kind, "state": str(row.state)},
            )
            for row in rows
        ],
    )
