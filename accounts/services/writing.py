"""An account is written by a program that knows it, apart from any flag."""

from django.db import transaction

import audit.services as audit
from accounts import audit_actions
from accounts.models import Account
from accounts.selectors.accounts import platforms_by_slug
from accounts.services.accounts import AccountFacts, upsert
from staff.actors import Actor
from staff.permissions import Permission


@transaction.atomic
def write(actor: Actor, facts: AccountFacts) -> bool:
    """The account exists and holds what was said of it; what was not said stays as it is stored.

    Returns whether it is new. Raises NotAllowed; Invalid for a platform that isn't known. Audit: account.written.
    """
    actor.require(Permission.WRITE_ACCOUNTS)
    platforms = platforms_by_slug([facts.platform])
    known = Account.objects.filter(platform=platforms[facts.platform], external_id=facts.external_id)
    is_new = not known.exists()
    upsert([facts], platforms=platforms)
    name = audit.subject("account", f"{facts.platform}/{facts.external_id}")
    audit.record(actor, audit_actions.ACCOUNT_WRITTEN, [name], created=is_new)
    return is_new
