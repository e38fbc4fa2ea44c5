"""Legal orders: registered with the flag that carries them, paused and resumed, and answered with its case.

Lock order: accounts, cases, then orders by id (docs/decisions/0004-accounts-are-locked-before-cases.md).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

import audit.services as audit
from common import bulk, clock
from common.errors import Conflict, Invalid, NotFound
from reviews import audit_actions
from reviews.choices import FlagState, OrderOutcome, PauseReason
from reviews.models import Case, Decision, LegalOrder
from reviews.rules import orders as rules
from reviews.services import ranking
from reviews.services.facts import IncomingFlag
from reviews.services.words import needed
from staff.actors import SYSTEM, Actor
from staff.permissions import Permission

ALERTED_AT_ONCE = 1000
_CLOCK = ["deadline_at", "paused_seconds", "paused_at", "pause_reason", "pause_text"]


def register(actor: Actor, rows: Sequence[IncomingFlag]) -> None:
    """Each of `rows`, flags that carry an order and are stored already, has its order and the hold on its account.

    In the transaction that stores the flags. A flag that came for a suspended account is answered at once.
    Audit: order.received for each.
    """
    if rows:
        made = [_order(actor, row) for row in rows]
        bulk.insert(made)
        audit.record_many(
            actor,
            audit_actions.ORDER_RECEIVED,
            [
                (
                    subjects(order),
                    {"kind": order.kind, "authority": order.authority, "deadline_at": _iso(order.deadline_at)},
                )
                for order in made
            ],
        )


def _order(actor: Actor, row: IncomingFlag) -> LegalOrder:
    basis = row.facts.legal_basis
    assert basis is not None
    assert row.case_id is not None
    assert actor.client is not None
    is_answered = row.state == FlagState.ALREADY_ACTIONED
    return LegalOrder(
        flag_id=row.id,
        case_id=row.case_id,
        account_id=row.account.id,
        client_id=actor.client.pk,
        order_id=basis.order_id,
        authority=basis.authority,
        member_state=basis.member_state,
        kind=basis.kind,
        received_at=basis.received_at or row.received_at,
        deadline_at=basis.deadline,
        answered_at=row.received_at if is_answered else None,
        outcome=OrderOutcome.SUSPEND if is_answered else "",
        preserve_until=row.received_at + rules.HOLD,
    )


@transaction.atomic
def acknowledge(actor: Actor, *, order_id: UUID) -> LegalOrder:
    """Its receipt is confirmed to the sender, and the alert ends. Doing it again changes nothing.

    Raises NotAllowed, NotFound. Audit: order.acknowledged.
    """
    order = _lock(actor, order_id)
    if order.acknowledged_at is None:
        order.acknowledged_at = clock.now()
        order.save(update_fields=["acknowledged_at"])
        audit.record(actor, audit_actions.ORDER_ACKNOWLEDGED, subjects(order))
    return order


@transaction.atomic
def pause(actor: Actor, *, order_id: UUID, reason: str, text: str) -> LegalOrder:
    """The order's clock stands still. Its case stays an express case.

    Takes a PauseReason, and what it is in words. Raises NotAllowed, NotFound, Invalid; Conflict when it was answered,
    stands still already, or has no deadline. Audit: order.paused.
    """
    order = _lock(actor, order_id)
    said = needed("text", text)
    if reason not in PauseReason.values:
        raise Invalid(_("reason: choose one."), fields={"reason": _("choose one.")})
    _refuse_answered(order)
    if order.deadline_at is None:
        raise Conflict(_("This order has no deadline, so no clock runs."), code="no-clock")
    if order.paused_at is not None:
        raise Conflict(_("The clock of this order is paused already."), code="clock-paused")
    order.paused_at, order.pause_reason, order.pause_text = clock.now(), reason, said
    order.save(update_fields=["paused_at", "pause_reason", "pause_text"])
    told = {"why": reason, "text": said, "deadline_at": _iso(order.deadline_at)}
    audit.record(actor, audit_actions.ORDER_PAUSED, subjects(order), **told)
    return order


@transaction.atomic
def resume(actor: Actor, *, order_id: UUID) -> LegalOrder:
    """The order's clock runs on: its deadline, and its case's, have moved by the time it stood still.

    Raises NotAllowed, NotFound; Conflict when it doesn't stand still, or was answered. Audit: order.resumed.
    """
    order = _lock(actor, order_id)
    _refuse_answered(order)
    if order.paused_at is None:
        raise Conflict(_("The clock of this order runs already."), code="clock-running")
    _run_on(order, clock.now())
    order.save(update_fields=_CLOCK)
    ranking.rerank([order.case_id])
    told = {"paused_seconds": order.paused_seconds, "deadline_at": _iso(order.deadline_at)}
    audit.record(actor, audit_actions.ORDER_RESUMED, subjects(order), **told)
    return order


@transaction.atomic
def extend_hold(actor: Actor, *, order_id: UUID, days: int, reason: str) -> LegalOrder:
    """What is known of the account is kept for `days` more than was to be, or for that long from now on, if later.

    Raises NotAllowed, NotFound, Invalid without a reason or for an end too far ahead. Audit: order.hold_extended.
    """
    order = _lock(actor, order_id)
    said, now = needed("reason", reason), clock.now()
    until = max(order.preserve_until, now) + timedelta(days=days)
    if days < 1 or until > now + rules.MOST_HOLD:
        most = f"{rules.MOST_HOLD.days:,}"
        fault = _("is to be 1 or more, and not to end later than in %(days)s days.") % {"days": most}
        raise Invalid(f"days: {fault}", fields={"days": fault})
    order.preserve_until = until
    order.save(update_fields=["preserve_until"])
    audit.record(actor, audit_actions.HOLD_EXTENDED, subjects(order), until=until.isoformat(), reason=said)
    return order


@transaction.atomic
def alert() -> int:
    """Sweep: open orders at half their time are marked, once each. Returns how many. Audit: order.alerted."""
    now = clock.now()
    rows = LegalOrder.objects.filter(answered_at=None, alerted_at=None, paused_at=None, deadline_at__isnull=False)
    found = rows.select_for_update(skip_locked=True, of=("self",)).order_by("deadline_at")[:ALERTED_AT_ONCE]
    due = [order for order in found if (half := rules.alert_at(order)) is not None and half <= now]
    for order in due:
        order.alerted_at = now
    bulk.update(due, ["alerted_at"])
    entries = [(subjects(order), {"deadline_at": _iso(order.deadline_at)}) for order in due]
    audit.record_many(SYSTEM, audit_actions.ORDER_ALERTED, entries)
    return len(due)


def answer(decisions: Sequence[Decision]) -> int:
    """The orders whose flags these decisions answer, now that they are effective, are answered, or answered otherwise.

    In the transaction that makes them effective. The first answer's time stays. Returns how many.
    Audit: order.answered.
    """
    by_case = {row.case_id: row for row in decisions}
    rows = LegalOrder.objects.select_for_update(of=("self",)).filter(
        case__in=list(by_case), flag__decision__isnull=False
    )
    found = list(rows.exclude(flag__state=FlagState.WITHDRAWN).order_by("pk")) if by_case else []
    changed = [order for order in found if order.outcome != by_case[order.case_id].outcome]
    for order in changed:
        decision = by_case[order.case_id]
        order.answered_at, order.outcome = order.answered_at or decision.final_at, decision.outcome
        _run_on(order, clock.now())
    _store_answers(SYSTEM, changed)
    return len(changed)


def take_answers_back(actor: Actor, decisions: Sequence[Decision]) -> None:
    """These decisions were undone: the orders that they had answered, whose flags are open again, are open.

    In the undoing's transaction. Audit: order.reopened.
    """
    rows = LegalOrder.objects.select_for_update(of=("self",)).filter(
        case__in=[row.case_id for row in decisions], flag__state=FlagState.OPEN
    )
    found = list(rows.exclude(answered_at=None).order_by("pk"))
    for order in found:
        order.answered_at, order.outcome = None, ""
    bulk.update(found, ["answered_at", "outcome"])
    audit.record_many(actor, audit_actions.ORDER_REOPENED, [(subjects(order), {}) for order in found])


def withdraw(actor: Actor, flag_id: UUID) -> None:
    """The order that this flag carries, if it does, was withdrawn with it. Audit: order.answered."""
    _end(actor, [flag_id], OrderOutcome.WITHDRAWN)


def answer_gone(actor: Actor, flag_ids: Sequence[UUID]) -> None:
    """The orders that these flags carry are answered: the account is gone from its platform. Audit: order.answered."""
    _end(actor, flag_ids, OrderOutcome.GONE)


def _end(actor: Actor, flag_ids: Sequence[UUID], outcome: OrderOutcome) -> None:
    """In the transaction of what ended them, without a decision."""
    rows = list(LegalOrder.objects.select_for_update().filter(flag__in=flag_ids, answered_at=None).order_by("pk"))
    for order in rows:
        order.answered_at, order.outcome = clock.now(), outcome
        _run_on(order, clock.now())
    _store_answers(actor, rows)


def _store_answers(actor: Actor, rows: list[LegalOrder]) -> None:
    bulk.update(rows, ["answered_at", "outcome", *_CLOCK])
    entries: list[tuple[Sequence[str], dict[str, Any]]] = [
        (subjects(row), {"outcome": str(row.outcome), "answered_at": _iso(row.answered_at)}) for row in rows
    ]
    audit.record_many(actor, audit_actions.ORDER_ANSWERED, entries)


def _run_on(order: LegalOrder, at: datetime) -> None:
    """Where the order's clock stands still, it runs from `at` on: the deadline has moved by that time."""
    if order.paused_at is None or order.deadline_at is None:
        return
    stood = round((at - order.paused_at).total_seconds())
    order.deadline_at += timedelta(seconds=stood)
    order.paused_seconds += stood
    order.paused_at, order.pause_reason, order.pause_text = None, "", ""


def move(from_case: UUID, to_case: UUID) -> None:
    """The orders of a case that is folded into another go with its flags."""
    LegalOrder.objects.filter(case=from_case).update(case=to_case)


def subjects(order: LegalOrder) -> list[str]:
    """The order with its flag and case, as the log names them."""
    return [
        audit.subject("order", order.pk),
        audit.subject("flag", order.flag_id),
        audit.subject("case", order.case_id),
    ]


def _lock(actor: Actor, order_id: UUID) -> LegalOrder:
    """The order, locked after its case. Raises NotAllowed, NotFound."""
    actor.require(Permission.MANAGE_ORDERS)
    case_id = LegalOrder.objects.filter(pk=order_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise NotFound(_("There is no order with this id."))
    Case.objects.select_for_update().get(pk=case_id)
    return LegalOrder.objects.select_for_update().get(pk=order_id)


def _refuse_answered(order: LegalOrder) -> None:
    if order.answered_at is not None:
        raise Conflict(_("This order was answered already."), code="order-answered")


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
