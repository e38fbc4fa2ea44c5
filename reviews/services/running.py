"""A batch's list is worked off in chunks, each one transaction: a killed worker loses none and repeats none."""

import time
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Q

import audit.services as audit
from accounts.models import Account
from common import bulk, clock, jobs
from common.errors import DomainError
from reviews import audit_actions
from reviews.choices import OPEN_CASE, BatchState, CaseState, ItemState, LeftOut, Outcome
from reviews.models import Batch, BatchItem, Case, Claim, Decision
from reviews.rules import planning
from reviews.selectors import lanes, second_person
from reviews.services import batches, cancelling, claims, decisions, placing, reverting, steering
from reviews.services.facts import Verdict
from staff import actors
from staff.actors import SYSTEM, Actor
from takedowns.selectors import enforcements

CHUNK = 600  # about half a second: pause and cancel wait for it
RUN_SECONDS = 3.0  # so that dispatch gets its turn in the same worker

# what there may be to do: a cancelled one is finished when all is taken back that had not left
AT_WORK = Q(state__in=[BatchState.RUNNING, BatchState.REVERTING]) | Q(state=BatchState.CANCELLED, finished_at=None)


def run_all() -> int:
    """Every batch that runs, is reverted, or was cancelled while it ran, gets on for some seconds.

    Returns how many accounts were decided, retried, reversed or taken back.
    """
    at_work = Batch.objects.filter(AT_WORK).order_by("started_at").values_list("pk", flat=True)
    return sum(run(batch_id) for batch_id in list(at_work))


def run(batch_id: UUID, *, seconds: float = RUN_SECONDS) -> int:
    """The batch's list is worked off for up to about `seconds`, beside others who do, unless it is paused; of a
    cancelled one is taken back what had not left, one that is reverted is reversed. What is left is nudged anew.

    Returns how many accounts were decided, retried, reversed or taken back. Audit: as `decisions.decide`,
    `steering.retry_chunk`, `reverting.reverse_chunk` and `cancelling.take_back`; batch.finished at the end.
    """
    done, ends_at = 0, time.monotonic() + seconds
    while (some := _decide_chunk(batch_id) or _work_alone(batch_id)) is not None:
        done += some
        if time.monotonic() > ends_at:
            with transaction.atomic():
                jobs.enqueue("reviews.tasks.run_batch", str(batch_id))
            break
    return done


@transaction.atomic
def _work_alone(batch_id: UUID) -> int | None:
    """What one worker does at a time: the next chunk to be taken back, retried or reversed; and the end.

    Returns how many accounts, or None when there is nothing to do now.
    """
    if not batches.work_on(batch_id, alone=True):
        return None
    rows = Batch.objects.filter(AT_WORK, pk=batch_id).select_for_update(of=("self",))
    batch = rows.select_related("policy", "asked_by", "cancelled_by", "retried_by", "reverted_by").first()
    if batch is None:
        return None
    if batch.state == BatchState.CANCELLED:
        return cancelling.take_back(batch)
    if retried := steering.retry_chunk(batch):
        return retried
    if batch.state == BatchState.REVERTING:
        return reverting.reverse_chunk(batch)
    if not batch.items.filter(state=ItemState.LISTED).exists():
        _finish(batch)
    return None


@transaction.atomic
def _decide_chunk(batch_id: UUID) -> int:
    """The next CHUNK of the list that nobody else is at is decided. Returns how many accounts are done with."""
    if not batches.work_on(batch_id, alone=False):
        return 0
    running = Batch.objects.filter(pk=batch_id, state=BatchState.RUNNING)
    batch = running.select_related("policy", "asked_by").first()
    if batch is None:
        return 0
    listed = batch.items.filter(state=ItemState.LISTED).order_by("position")
    items = list(listed.select_for_update(skip_locked=True)[:CHUNK])
    if not items:
        return 0
    # the asker decides, with what their role allows; the log says that it was this batch
    actor = actors.person(batch.asked_by)
    accounts = placing.lock_accounts([item.account_id for item in items if item.account_id])
    ready = _claim_cases(actor, batch, items, accounts)
    answers = decisions.decide(actor, [_verdict(batch, claim) for claim in ready], batch=batch, held=ready)
    _note(items, answers)
    return len(items)


def _claim_cases(actor: Actor, batch: Batch, items: Sequence[BatchItem], accounts: dict[UUID, Account]) -> list[Claim]:
    """The accounts' cases are the batch's, opened where there is none; what can't be had now is left out."""
    locked = Case.objects.select_for_update().filter(account__in=accounts, state__in=OPEN_CASE).order_by("pk")
    open_cases = {case.account_id: case for case in locked}
    suspended = enforcements.suspended_by_us(list(accounts))
    second = second_person.needed_by(accounts.values()) if batch.outcome == Outcome.SUSPEND else set()
    at = clock.now()
    fresh: list[Case] = []
    mine: list[Case] = []
    for item in items:
        assert item.account_id is not None
        account = accounts[item.account_id]
        case = open_cases.get(account.pk)
        reason = planning.left_out(
            batch.outcome,
            planning.ItemFacts(
                is_known=True,
                is_repeated=False,
                is_protected=account.is_protected,
                is_suspended_by_us=account.pk in suspended,
                is_claimed_by_other=case is not None and case.state != CaseState.WAITING,
                needs_second=account.pk in second,
                is_restricted=not lanes.is_open_to(actor, account.clearances),
            ),
        )
        if reason:
            item.state, item.left_out = ItemState.LEFT_OUT, reason
            continue
        if case is None:
            case = placing.new_case(account, batch.policy, at=at, earlier=None)
            fresh.append(case)
        case.account = account
        mine.append(case)
    for case in fresh:
        case.state = CaseState.CLAIMED  # at once, below: a row that waited in between would have been written twice
    placing.insert_new(fresh)
    opened = [(placing.subjects(case.account, case.pk), {"cause": batch.wave}) for case in fresh]
    audit.record_many(actor, audit_actions.CASE_OPENED, opened)
    return claims.take(actor, mine, batch.asked_by, is_opened=False)


def _verdict(batch: Batch, claim: Claim) -> Verdict:
    return Verdict(
        case_id=claim.case_id,
        token=claim.token,
        evidence_version=claim.case.evidence_version,
        outcome=batch.outcome,
        policy=batch.policy.code,
        reason=batch.reason,
        until=batch.until,
    )


def _note(items: Sequence[BatchItem], answers: Sequence[Decision | DomainError]) -> None:
    made = {answer.account_id: answer for answer in answers if isinstance(answer, Decision)}
    for item in items:
        if item.state == ItemState.LEFT_OUT:
            continue
        assert item.account_id is not None
        if decision := made.get(item.account_id):
            item.state, item.decision = ItemState.DECIDED, decision
        else:  # refused between claim and decision: what stands now is looked at by a person
            item.state, item.left_out = ItemState.LEFT_OUT, LeftOut.CLAIMED_BY_OTHER
    bulk.update(items, ["state", "left_out", "decision"])


def _finish(batch: Batch) -> None:
    """Every account is decided: the batch is finished once nothing of it is under way."""
    if enforcements.is_under_way(batch.wave):
        return
    batches.move(batch, BatchState.FINISHED)
    batch.finished_at = clock.now()
    batch.save(update_fields=["state", "finished_at"])
    decided = batch.items.filter(state=ItemState.DECIDED).count()
    audit.record(SYSTEM, audit_actions.BATCH_FINISHED, [batch.wave], decided=decided)
