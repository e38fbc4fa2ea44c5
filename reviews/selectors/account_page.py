"""An account's whole story as its page shows it: decisions with what became of them, flags, cases, posts counted."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Account
from common.errors import NotAllowed, NotFound
from reviews.models import Case, Decision, Flag
from reviews.selectors.cases import followers_of
from reviews.selectors.lanes import is_cleared, is_open_to
from reviews.selectors.linked import Linked, linked_to
from staff.actors import Actor
from staff.permissions import Permission
from takedowns.models import Attempt, Enforcement

MOST_ATTEMPTS = 50


@dataclass(frozen=True, slots=True)
class AccountPage:
    """The account, and all that happened to it here. Lists are newest first."""

    account: Account
    open_case: Case | None
    decisions: list[Decision]
    enforcements: list[Enforcement]
    attempts: list[Attempt]
    flags: list[Flag]
    linked: Linked
    followers: list[tuple[date, int | None]]


def get_account_page(actor: Actor, account_id: UUID) -> AccountPage:
    """The account's page. Raises NotFound; NotAllowed without the permission, or the clearance for any of its cases."""
    actor.require(Permission.SEE_CASES)
    account = Account.objects.select_related("platform").filter(pk=account_id).first()
    if account is None:
        raise NotFound(_("There is no account with this id."))
    cases = list(account.cases.select_related("lane"))
    if not is_open_to(actor, account.clearances) or not all(is_cleared(actor, case.lane) for case in cases):
        raise NotAllowed(_("This account's material is restricted: it is shown to people who are cleared for it."))
    decisions = account.decisions.select_related("policy", "decided_by", "approver", "batch", "undone_by", "case")
    attempts = Attempt.objects.filter(enforcement__account=account).select_related("enforcement")
    return AccountPage(
        account=account,
        open_case=next((case for case in cases if case.is_open), None),
        decisions=list(decisions.order_by("-decided_at", "-pk")),
        enforcements=list(account.enforcements.order_by("-created_at", "-pk")),
        attempts=list(attempts.order_by("-started_at")[:MOST_ATTEMPTS]),
        flags=list(account.flags.select_related("source", "policy").order_by("-flagged_at")),
        linked=linked_to(actor, account),
        followers=followers_of(account),
    )
