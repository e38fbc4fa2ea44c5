"""Accounts found by what a person types: the beginning of a handle, an external id, or platform/external id."""

from dataclasses import dataclass
from typing import Final

from django.db.models.functions import Lower

from accounts.models import Account
from accounts.selectors.accounts import meant_by, with_handle_prefix
from reviews.choices import OPEN_CASE
from reviews.models import Case
from reviews.selectors import lanes
from staff.actors import Actor
from staff.permissions import Permission

MOST_FOUND: Final = 25


@dataclass(frozen=True, slots=True)
class Found:
    """An account, and its open case if it has one."""

    account: Account
    open_case: Case | None


def find_accounts(actor: Actor, typed: str) -> tuple[list[Found], bool]:
    """Up to MOST_FOUND accounts: those that are named in full first, then by handle. And whether there are more.

    Nothing typed finds none. Raises NotAllowed.
    """
    actor.require(Permission.SEE_CASES)
    if not typed:
        return [], False
    rows = list(meant_by(typed).select_related("platform").order_by(Lower("handle"), "pk")[: MOST_FOUND + 1])
    others = with_handle_prefix(typed.removeprefix("@")).exclude(pk__in=[row.pk for row in rows])
    rows += others.select_related("platform").order_by(Lower("handle"), "pk")[: MOST_FOUND + 1 - len(rows)]
    shown = rows[:MOST_FOUND]
    cases = {
        case.account_id: case
        for case in Case.objects.filter(lanes.shown_to(actor), account__in=shown, state__in=OPEN_CASE)
    }
    return [Found(row, cases.get(row.pk)) for row in shown], len(rows) > MOST_FOUND
