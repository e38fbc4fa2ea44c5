"""The ledger's gestures: ask for enforcements, take them back, have a failed one tried again. Sending is `dispatch`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from psycopg.errors import UniqueViolation

from common import bulk, clock, jobs
from common.errors import Conflict, Unavailable
from common.ids import new_id
from staff.actors import Actor
from staff.permissions import Permission
from takedowns import audit_actions as actions
from takedowns import rules
from takedowns.choices import IN_FLIGHT, LIVE, UNDELIVERED, State
from takedowns.models import Enforcement
from takedowns.selectors import enforcements
from takedowns.services import telling

_TRIES_AGAINST_RACES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a decision wants to become true of an account.

    `cause` names the decision ("decision:<id>") and `wave` the batch ("batch:<id>" or empty), both as subjects of the
    log. Nothing is sent before `not_before_at`. Higher `priority` leaves first. Without
    `is_guarded` it doesn't count for the guard: somebody approved the whole list.
    """

    account_id: UUID
    platform_id: UUID
    kind: str
    cause: str
    wave: str = ""
    policy: str = ""
    until: datetime | None = None
    not_before_at: datetime
    priority: int = 0
    is_guarded: bool = True


def request(actor: Actor, wanted: Sequence[Wanted]) -> list[Enforcement]:
    """Put enforcements into the ledger, in the caller's transaction; set-based, called with one or with thousands.

    1. A cause that has its row already gets that row back, unchanged: asking twice is asking once.
    2. Older rows of the same accounts that are waiting or to be tried again become `superseded`, whatever they wanted:
       the newest decision counts.
    3. An older row that is in flight (sending, unknown) can't be called back. When it wants the opposite, the new row
       waits until it is settled. When it wants the same, a second request would take effect twice on a platform that
       is not idempotent; so the new row is written as `superseded`, `carried_by` the one in flight, whose state
       answers for both, and which takes over the new one's `until`. Nothing is refused here: one such account must not
       stop a batch.
    4. The rest are inserted as `waiting`.

    Takes at most one wish per account. Call it once per transaction, after the locks on what was decided.
    Returns one row per wish, in their order.
    Raises ValueError when an account is named twice, TransactionManagementError outside a transaction.
    Audit: enforcement.requested for each new row, enforcement.superseded, enforcement.carried.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("Enforcements are requested in the deciding transaction.")
    if len({each.account_id for each in wanted}) < len(wanted):
        raise ValueError("One call may want one thing of an account.")
    for _ in range(_TRIES_AGAINST_RACES):
        try:
            with transaction.atomic():
                rows = _request(actor, wanted)
        except IntegrityError as error:
            if not isinstance(error.__cause__, UniqueViolation):
                raise
            continue  # another transaction put in a row for one of the accounts: now it can be seen
        if any(row.next_attempt_at <= clock.now() for row in rows):
            jobs.enqueue("takedowns.tasks.dispatch_due")
        return rows
    raise Unavailable(gettext("Others decide on the same accounts at this moment. Try again."))


def _request(actor: Actor, wanted: Sequence[Wanted]) -> list[Enforcement]:
    at = clock.now()
    there = {
        (row.cause, row.account_id, row.kind): row
        for row in Enforcement.objects.filter(cause__in={each.cause for each in wanted})
    }
    fresh = [each for each in wanted if (each.cause, each.account_id, each.kind) not in there]
    older = _lock_older([each.account_id for each in fresh])
    _supersede(actor, [row for row in older if row.state in UNDELIVERED], at)
    in_flight = {(row.account_id, row.kind): row for row in older if row.state in IN_FLIGHT}
    # Clocks of two hosts may differ by a little; an account's rows must be in the order of the decisions all the same.
    earliest = {row.account_id: row.created_at + timedelta(microseconds=1) for row in older}
    carriers = []
    for each in fresh:
        if carrier := in_flight.get((each.account_id, each.kind)):
            carrier.until = each.until
            carriers.append(carrier)
        created_at = max(at, earliest.get(each.account_id, at))
        there[each.cause, each.account_id, each.kind] = _new_row(each, created_at, carrier)
    rows = [there[each.cause, each.account_id, each.kind] for each in fresh]
    bulk.update(carriers, ["until"])
    bulk.insert(rows)
    telling.record(actor, actions.REQUESTED, rows)
    telling.record(actor, actions.CARRIED, [row for row in rows if row.carried_by_id])
    return [there[each.cause, each.account_id, each.kind] for each in wanted]


def _lock_older(account_ids: Collection[UUID]) -> list[Enforcement]:
    """The accounts' rows that can still be sent, by a person's hand too, locked by primary key and oldest first."""
    rows = Enforcement.objects.filter(account_id__in=account_ids, state__in=[*LIVE, State.FAILED])
    return sorted(rows.select_for_update().order_by("pk"), key=lambda row: (row.created_at, row.pk))


def _supersede(actor: Actor, rows: Sequence[Enforcement], at: datetime) -> None:
    Enforcement.objects.filter(pk__in=[row.pk for row in rows]).update(state=State.SUPERSEDED, finished_at=at)
    telling.record(actor, actions.SUPERSEDED, rows)


def _new_row(wish: Wanted, created_at: datetime, carrier: Enforcement | None) -> Enforcement:
    return Enforcement(
        id=new_id(),
        account_id=wish.account_id,
        platform_id=wish.platform_id,
        kind=wish.kind,
        state=State.SUPERSEDED if carrier else State.WAITING,
        cause=wish.cause,
        wave=wish.wave,
        policy=wish.policy,
        until=wish.until,
        priority=wish.priority,
        is_guarded=wish.is_guarded,
        created_at=created_at,
        not_before_at=wish.not_before_at,
        next_attempt_at=wish.not_before_at,
        finished_at=created_at if carrier else None,
        carried_by=carrier,
    )


def cancel(actor: Actor, causes: Sequence[str]) -> set[str]:
    """Take back, in the caller's transaction, what these causes asked for and what has not left.

    Returns the causes whose enforcement is now `cancelled` (or was before). For the others it had left, there is none,
    or it does the work of another's wish too: they can only be reversed.
    Raises TransactionManagementError outside a transaction.
    Audit: enforcement.cancelled for each.
    """
    rows = list(Enforcement.objects.select_for_update().filter(cause__in=set(causes)).order_by("pk"))
    movable = [row for row in rows if rules.may_move(row.state, State.CANCELLED)]
    carrying = set(enforcements.carriers(movable))
    taken_back = [row for row in movable if row.pk not in carrying]
    Enforcement.objects.filter(pk__in=[row.pk for row in taken_back]).update(
        state=State.CANCELLED, finished_at=clock.now()
    )
    telling.record(actor, actions.CANCELLED, taken_back)
    return {row.cause for row in rows if row in taken_back or row.state == State.CANCELLED}


@transaction.atomic
def retry(actor: Actor, *, enforcement_id: UUID) -> Enforcement:
    """Have an enforcement that failed for good tried again now.

    Returns it, `retrying`. Raises NotAllowed, NotFound, and Conflict when it has not failed or a newer decision on the
    account stands.
    Audit: enforcement.retried.
    """
    actor.require(Permission.RUN_ENFORCEMENTS)
    row = _locked(enforcement_id, State.FAILED)
    newest = enforcements.latest_of([row.account_id])[row.account_id]
    if newest.pk != row.pk:
        raise Conflict(gettext("A newer decision on this account stands."), details={"enforcement": str(newest.pk)})
    row.state, row.error, row.finished_at, row.next_attempt_at = State.RETRYING, "", None, clock.now()
    row.save(update_fields=["state", "error", "finished_at", "next_attempt_at"])
    telling.record(actor, actions.RETRIED, [row])
    jobs.enqueue("takedowns.tasks.dispatch_due")
    return row


def retry_failed(actor: Actor, ids: Collection[UUID]) -> int:
    """Those of these enforcements that failed for good are tried again now; whether what they want still holds is known
    to the caller, in whose transaction it is. Returns how many. Audit: enforcement.retried for each.
    """
    failed = Enforcement.objects.select_for_update().filter(pk__in=ids, state=State.FAILED)
    rows = list(failed.order_by("pk"))
    for row in rows:
        row.error = ""
    Enforcement.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=State.RETRYING, error="", finished_at=None, next_attempt_at=clock.now()
    )
    telling.record(actor, actions.RETRIED, rows)
    if rows:
        jobs.enqueue("takedowns.tasks.dispatch_due")
    return len(rows)


@transaction.atomic
def settle(actor: Actor, *, enforcement_id: UUID, took_effect: bool) -> Enforcement:
    """Say of an `unknown` enforcement, whose platform can't be asked, what a person found out there.

    Returns it, `applied` or, when it did not take effect, `retrying`.
    Raises NotAllowed, NotFound, Conflict when it is not unknown.
    Audit: enforcement.settled.
    """
    actor.require(Permission.RUN_ENFORCEMENTS)
    row = _locked(enforcement_id, State.UNKNOWN)
    now = clock.now()
    row.next_attempt_at, row.error = now, ""
    if took_effect:
        row.state, row.applied_at, row.finished_at = State.APPLIED, now, now
    else:
        row.state = State.RETRYING
        jobs.enqueue("takedowns.tasks.dispatch_due")
    row.save(update_fields=["state", "applied_at", "finished_at", "next_attempt_at", "error"])
    telling.record(actor, actions.SETTLED, [row], took_effect=took_effect)
    return row


def _locked(enforcement_id: UUID, state: State) -> Enforcement:
    enforcements.get_enforcement(enforcement_id)
    row = Enforcement.objects.select_for_update().get(pk=enforcement_id)
    if row.state != state:
        raise Conflict(
            gettext("It is %(state)s by now.") % {"state": State(row.state).label.lower()}, details={"state": row.state}
        )
    return row
