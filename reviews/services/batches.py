"""Batches: a frozen list is planned, approved by another person, and run through the same `decide` as one case."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

import audit.services as audit
from accounts.models import Account
from accounts.selectors import accounts as account_selectors
from common import bulk, clock
from common.errors import Conflict, Invalid, NotAllowed, NotFound
from common.jobs import enqueue
from reviews import audit_actions
from reviews.choices import BatchState, CaseState, ItemState, LeftOut, Outcome
from reviews.models import Batch, BatchItem, Case, Policy
from reviews.rules import planning
from reviews.rules.states import BATCH_MOVES
from reviews.selectors import lanes, second_person
from staff.actors import Actor
from staff.permissions import Permission
from takedowns.selectors import enforcements
from takedowns.services import waves

MAX_ACCOUNTS = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is asked for: accounts as (platform slug, external id), in the order of the list. `policy` is a code;
    `until` None means for good."""

    title: str
    outcome: str
    policy: str
    reason: str
    expected_count: int
    accounts: Sequence[tuple[str, str]]
    until: datetime | None = None


@transaction.atomic
def plan(actor: Actor, wanted: Plan) -> Batch:
    """The list is frozen, with what will be left out and why; nothing is decided yet.

    Returns the planned batch. Raises NotAllowed; Invalid naming each bad field, and when the list differs from
    `expected_count` by more than planning.EXPECTED_SHARE. Audit: batch.planned.
    """
    actor.require(Permission.ASK_BATCH)
    policy = _checked(wanted)
    items = _items(actor, wanted)
    batch = Batch.objects.create(
        title=wanted.title.strip(),
        outcome=wanted.outcome,
        policy=policy,
        reason=wanted.reason.strip(),
        until=wanted.until,
        state=BatchState.PLANNED,
        expected_count=wanted.expected_count,
        list_digest=list_digest(wanted.accounts),
        counts=planning.counted(item.left_out for item in items),
        breakdown=planning.broken_down(_facts(items, enforced=True), _facts(items, enforced=False)),
        asked_by=actor.person(),
        client=actor.client,
        asked_at=clock.now(),
    )
    for item in items:
        item.batch = batch
    bulk.insert(items)
    detail = {"counts": batch.counts, "list_digest": batch.list_digest}
    audit.record(actor, audit_actions.BATCH_PLANNED, [batch.wave], **detail)
    return batch


def _checked(wanted: Plan) -> Policy:
    faults = {}
    if not wanted.title.strip():
        faults["title"] = _("give the batch a title.")
    if wanted.outcome not in Outcome.values:
        faults["outcome"] = _("give suspend or keep.")
    if not wanted.reason.strip():
        faults["reason"] = _("say why, as the accounts' owners will read it.")
    if wanted.until is not None and (wanted.until <= clock.now() or wanted.outcome != Outcome.SUSPEND):
        faults["until"] = _("only a suspension has an end, and it lies in the future.")
    if not 0 < len(wanted.accounts) <= MAX_ACCOUNTS:
        faults["accounts"] = _("list 1 to %(max_accounts)s accounts.") % {"max_accounts": f"{MAX_ACCOUNTS:,}"}
    elif planning.differs_from_expected(len(wanted.accounts), wanted.expected_count):
        faults["expected_count"] = _(
            "you expected %(expected_count)s and the list holds %(accounts)s: look at the list again, then "
            "correct the number or choose another file."
        ) % {"expected_count": f"{wanted.expected_count:,}", "accounts": f"{len(wanted.accounts):,}"}
    policy = Policy.objects.filter(code=wanted.policy, is_active=True).first()
    if policy is None:
        faults["policy"] = _("no active policy has the code %(policy)s.") % {"policy": repr(wanted.policy)}
    if policy is None or faults:
        raise Invalid(" ".join(f"{field}: {text}" for field, text in faults.items()), fields=faults)
    return policy


def _items(actor: Actor, wanted: Plan) -> list[BatchItem]:
    known = account_selectors.by_keys(wanted.accounts)
    ids = [account.pk for account in known.values()]
    suspended = enforcements.suspended_by_us(ids)
    claimed = set(Case.objects.filter(account__in=ids, state__in=HELD_BY_SOMEBODY).values_list("account_id", flat=True))
    second = second_person.needed_by(known.values()) if wanted.outcome == Outcome.SUSPEND else set()
    seen: set[tuple[str, str]] = set()
    items = []
    for position, key in enumerate(wanted.accounts, start=1):
        account = known.get(key)
        facts = planning.ItemFacts(
            is_known=account is not None,
            is_repeated=key in seen,
            is_protected=account is not None and account.is_protected,
            is_suspended_by_us=account is not None and account.pk in suspended,
            is_claimed_by_other=account is not None and account.pk in claimed,
            needs_second=account is not None and account.pk in second,
            is_restricted=account is not None and not lanes.is_open_to(actor, account.clearances),
        )
        seen.add(key)
        items.append(_item(position, key, account, planning.left_out(wanted.outcome, facts)))
    return items


def _item(position: int, key: tuple[str, str], account: Account | None, reason: LeftOut) -> BatchItem:
    state = ItemState.LEFT_OUT if reason else ItemState.LISTED
    return BatchItem(
        position=position, platform=key[0], external_id=key[1], account=account, state=state, left_out=reason
    )


def _facts(items: Sequence[BatchItem], *, enforced: bool) -> Iterator[planning.Counted]:
    """Of the known accounts on the list; only those to be enforced on with `enforced`."""
    for item in items:
        if item.account is not None and not (enforced and item.left_out):
            known = item.account
            yield planning.Counted(item.platform, known.language, known.followers, known.protected_class)


HELD_BY_SOMEBODY = [CaseState.CLAIMED, CaseState.HELD, CaseState.ESCALATED, CaseState.SECOND_LOOK]


def list_digest(accounts: Sequence[tuple[str, str]]) -> str:
    """SHA-256 of the frozen list, hexadecimal: one "platform TAB external id" per line, in its order."""
    lines = "".join(f"{platform}\t{external_id}\n" for platform, external_id in accounts)
    return hashlib.sha256(lines.encode()).hexdigest()


def frozen_digest(batch: Batch) -> str:
    """The `list_digest` of the list as it is stored now."""
    rows = batch.items.order_by("position").values_list("platform", "external_id")
    return list_digest(list(rows))


@transaction.atomic
def approve(actor: Actor, *, batch_id: UUID) -> Batch:
    """Another person stands for the frozen list, and the batch runs; a paused one whose approval has run out goes on.

    The approval is bound to the list's digest and holds for BATCH_APPROVAL_HOURS. Raises NotFound; NotAllowed for the
    asker, without the permission, and through an API key; Conflict when the batch waits for no approval, and when its
    list isn't the one that was frozen. Audit: batch.approved; batch.started or batch.resumed.
    """
    actor.require(Permission.APPROVE_BATCH)
    if actor.client is not None:
        raise NotAllowed(_("Approvals are given by a person on the batch's page, never through a key."))
    batch = lock(batch_id)
    if batch.asked_by_id == actor.person().pk:
        raise NotAllowed(_("You asked for this batch: somebody else must approve it."), code="own-batch")
    if frozen_digest(batch) != batch.list_digest:
        raise Conflict(_("The list isn't the one that was frozen: ask for the batch anew."), code="list-changed")
    is_anew = batch.state == BatchState.PAUSED and approval_has_expired(batch)
    if not is_anew:
        move(batch, BatchState.APPROVED)
    lasts = timedelta(hours=settings.CASELOAD["BATCH_APPROVAL_HOURS"])
    batch.approved_by, batch.approved_at = actor.person(), clock.now()
    batch.approval_expires_at = batch.approved_at + lasts
    batch.save(update_fields=["state", "approved_by", "approved_at", "approval_expires_at"])
    audit.record(actor, audit_actions.BATCH_APPROVED, [batch.wave], list_digest=batch.list_digest)
    return go_on(actor, batch) if is_anew else _run_from_now(actor, batch)


def approval_has_expired(batch: Batch) -> bool:
    """Whether the batch was approved, and that holds no more: paused, it needs another yes before it goes on."""
    return batch.approval_expires_at is not None and batch.approval_expires_at <= clock.now()


def go_on(actor: Actor, batch: Batch) -> Batch:
    """The paused batch (locked) runs again. Audit: batch.resumed."""
    move(batch, BatchState.RUNNING)
    batch.paused_at = None
    batch.save(update_fields=["state", "paused_at"])
    waves.let_go(actor, batch.wave)
    audit.record(actor, audit_actions.BATCH_RESUMED, [batch.wave])
    enqueue("reviews.tasks.run_batch", str(batch.pk))
    return batch


@transaction.atomic
def start(actor: Actor, *, batch_id: UUID) -> Batch:
    """A batch up to the approval size runs without a second person; one that runs already stays as it is.

    Raises NotFound, NotAllowed, Conflict above the approval size. Audit: batch.started.
    """
    actor.require(Permission.RUN_BATCH)
    batch = lock(batch_id)
    if batch.state == BatchState.RUNNING:
        return batch
    if batch.state == BatchState.PLANNED and needs_approval(batch):
        raise Conflict(
            _("Batches above %(size)s accounts need a supervisor's approval first.")
            % {"size": settings.CASELOAD["BATCH_APPROVAL_SIZE"]},
            code="approval-needed",
        )
    if batch.state == BatchState.PLANNED:
        move(batch, BatchState.APPROVED)
    if batch.state != BatchState.APPROVED:
        raise refused(batch, BatchState.RUNNING)
    return _run_from_now(actor, batch)


def needs_approval(batch: Batch) -> bool:
    """Whether the batch is larger than one person may start."""
    return int(batch.counts["to_enforce"]) > int(settings.CASELOAD["BATCH_APPROVAL_SIZE"])


# A batch's list is worked off by several workers side by side; who steers it comes after those who are at a chunk and
# before all who aren't yet. Locks on its row would let ever new chunks in before them.
_STEER: Final = "SELECT pg_advisory_xact_lock(hashtext(%s))"
_BESIDE_OTHERS: Final = "SELECT pg_try_advisory_xact_lock_shared(hashtext(%s))"
_ALONE: Final = "SELECT pg_try_advisory_xact_lock(hashtext(%s))"


def work_on(batch_id: UUID, *, alone: bool) -> bool:
    """Whether this transaction may work on the batch, beside others who do or alone. Nobody steers it meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(_ALONE if alone else _BESIDE_OTHERS, [f"batch:{batch_id}"])
        return bool(cursor.fetchone()[0])


def lock(batch_id: UUID) -> Batch:
    """The batch, locked. Raises NotFound."""
    with connection.cursor() as cursor:
        cursor.execute(_STEER, [f"batch:{batch_id}"])
    batch = (
        Batch.objects.select_for_update(of=("self",)).select_related("policy", "asked_by").filter(pk=batch_id).first()
    )
    if batch is None:
        raise NotFound(_("There is no batch with this id."))
    return batch


def move(batch: Batch, to: BatchState) -> None:
    """The batch's state is `to`, unsaved. Raises Conflict when the table has no such move."""
    if to not in BATCH_MOVES[BatchState(batch.state)]:
        raise refused(batch, to)
    batch.state = to


def refused(batch: Batch, to: BatchState) -> Conflict:
    """The refusal of a move that isn't to be made now."""
    return Conflict(
        _("This batch is %(state)s: it can't become %(to)s.")
        % {"state": batch.get_state_display().lower(), "to": to.label.lower()},
        code="batch-state",
    )


def _run_from_now(actor: Actor, batch: Batch) -> Batch:
    move(batch, BatchState.RUNNING)
    batch.started_at = clock.now()
    batch.save(update_fields=["state", "started_at"])
    audit.record(actor, audit_actions.BATCH_STARTED, [batch.wave])
    enqueue("reviews.tasks.run_batch", str(batch.pk))
    return batch
