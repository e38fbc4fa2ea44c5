"""Restrictions, read by those who are cleared for what they restrict."""

from django.db.models import QuerySet

from accounts.models import Account
from reviews.models import Restriction
from reviews.selectors.lanes import clearances_of
from staff.actors import Actor
from staff.choices import Clearance
from staff.permissions import Permission

MOST_ALERTS = 5


def restrictions_visible_to(actor: Actor) -> QuerySet[Restriction]:
    """Every restriction of accounts that the actor is cleared for, the newest first. Raises NotAllowed."""
    actor.require(Permission.SEE_CASES)
    rows = Restriction.objects.filter(
        clearance__in=clearances_of(actor), account__clearances__contained_by=list(clearances_of(actor))
    )
    return rows.select_related("account", "made_by", "acknowledged_by", "lifted_by").order_by("-made_at", "-id")


def minds(actor: Actor) -> bool:
    """Whether alerts to restrictions are for this actor: who works cases and is cleared for something."""
    return Permission.WORK_CASES in actor.may and bool(clearances_of(actor))


def alerting(actor: Actor) -> list[Restriction]:
    """The newest restrictions that nobody has acknowledged, one more than are shown where there are more; none for
    those whom they don't concern."""
    if not minds(actor):
        return []
    return list(restrictions_visible_to(actor).filter(acknowledged_at=None, lifted_at=None)[: MOST_ALERTS + 1])


def hides_media(account: Account) -> bool:
    """Whether not even the address of the account's pictures and recordings is shown: only their type and hash."""
    return Clearance.CHILD_SAFETY in account.clearances


def standing_on(account: Account) -> list[Restriction]:
    """The restrictions that stand on the account; asked only where it asks for a clearance."""
    if not account.clearances:
        return []
    rows = Restriction.objects.filter(account=account, lifted_at=None).select_related("made_by", "acknowledged_by")
    return list(rows.order_by("made_at", "id"))
