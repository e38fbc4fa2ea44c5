"""An account as the API shows it: with its open case and what is being done about it."""

from dataclasses import dataclass
from uuid import UUID

from accounts.models import Account
from accounts.selectors import accounts
from reviews.selectors.cases import open_case_of
from staff.actors import Actor
from staff.permissions import Permission
from takedowns.models import Enforcement
from takedowns.selectors import enforcements


@dataclass(frozen=True, slots=True)
class AccountState:
    """The account with its platform, the id of its open case, and its enforcement."""

    account: Account
    open_case_id: UUID | None
    enforcement: Enforcement | None


def account_state(actor: Actor, platform: str, external_id: str) -> AccountState:
    """The account known by (platform slug, external id). Raises NotFound, NotAllowed.

    Its enforcement is the newest that was not taken back; where all were, the newest of them.
    """
    actor.require(Permission.READ_ACCOUNTS)
    account = accounts.get_account(platform, external_id)
    case = open_case_of(account)
    enforcement = enforcements.latest_of([account.pk]).get(account.pk) or _newest(account)
    return AccountState(account, case.pk if case else None, enforcement)


def _newest(account: Account) -> Enforcement | None:
    return Enforcement.objects.filter(account=account).order_by("-created_at", "-pk").first()
