"""Legal orders, read."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from common.errors import NotFound
from reviews.models import Case, LegalOrder
from staff.actors import Actor
from staff.permissions import Permission


def orders_visible_to(actor: Actor) -> QuerySet[LegalOrder]:
    """Orders, each with case, account, client, and the source of its flag. Raises NotAllowed without the permission."""
    actor.require(Permission.SEE_ORDERS)
    return LegalOrder.objects.select_related("case", "account__platform", "client", "flag__policy", "flag__source")


def get_order(actor: Actor, order_id: UUID) -> LegalOrder:
    """The order. Raises NotAllowed, NotFound."""
    order = orders_visible_to(actor).filter(pk=order_id).first()
    if order is None:
        raise NotFound(_("There is no order with this id."))
    return order


def open_orders(actor: Actor) -> QuerySet[LegalOrder]:
    """Orders that aren't answered, earliest deadline first; those without one come last, oldest first."""
    rows = orders_visible_to(actor).filter(answered_at=None)
    return rows.order_by(F("deadline_at").asc(nulls_last=True), "received_at", "pk")


def answered_orders(actor: Actor) -> QuerySet[LegalOrder]:
    """Orders that were answered, the last one first."""
    return orders_visible_to(actor).exclude(answered_at=None).order_by("-answered_at", "-pk")


def alerting(actor: Actor) -> list[LegalOrder]:
    """Orders past half their time that nobody has answered or confirmed, earliest deadline first; none for those who
    don't mind orders."""
    if Permission.MANAGE_ORDERS not in actor.may:
        return []
    rows = LegalOrder.objects.filter(answered_at=None, acknowledged_at=None, alerted_at__isnull=False)
    return list(rows.order_by("deadline_at", "pk"))


def is_paused(case: Case) -> bool:
    """Whether the clock of the order that the case is due by stands still."""
    rows = case.legal_orders.filter(answered_at=None, deadline_at=case.legal_deadline_at)
    return rows.exclude(paused_at=None).exists()


def order_of(flag_id: UUID) -> LegalOrder | None:
    """The order that the flag carries, for its own sender."""
    return LegalOrder.objects.filter(flag=flag_id).first()


def time_to_answer(order: LegalOrder) -> timedelta | None:
    """How long an answer took, pauses not counted. None while there is none."""
    if order.answered_at is None:
        return None
    return max(timedelta(0), order.answered_at - order.received_at - timedelta(seconds=order.paused_seconds))


def is_past(order: LegalOrder, at: datetime) -> bool:
    """Whether the order was answered, or still isn't, after its deadline. A clock that stands still isn't past it."""
    ended = order.answered_at or order.paused_at or at
    return order.deadline_at is not None and ended > order.deadline_at
