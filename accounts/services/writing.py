"""Accounts are written by a program that knows them, apart from any flag."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

import audit.services as audit
from accounts import audit_actions
from accounts.models import Account, Platform
from accounts.selectors.accounts import by_keys, platforms_by_slug
from accounts.services.accounts import AccountFacts, upsert
from common.errors import DomainError, Invalid
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


class Written(NamedTuple):
    """An account that was written, and whether it is new."""

    id: UUID
    is_new: bool


@transaction.atomic
def write_each(actor: Actor, facts: Sequence[AccountFacts]) -> list[Written | DomainError]:
    """The accounts exist and hold what was said of them, as `write` says of one, but for those on unknown platforms.

    Takes up to 10,000. Returns each account, or its refusal, in order. Raises NotAllowed. Audit: account.written each.
    """
    actor.require(Permission.WRITE_ACCOUNTS)
    platforms = {row.slug: row for row in Platform.objects.filter(slug__in={said.platform for said in facts})}
    good = [said for said in facts if said.platform in platforms]
    known = by_keys([(said.platform, said.external_id) for said in good])
    ids = upsert(good, platforms=platforms)
    new = {pk for pk, said in zip(ids, good, strict=True) if (said.platform, said.external_id) not in known}
    named = {
        pk: audit.subject("account", f"{said.platform}/{said.external_id}") for pk, said in zip(ids, good, strict=True)
    }
    audit.record_many(
        actor, audit_actions.ACCOUNT_WRITTEN, [([name], {"created": pk in new}) for pk, name in named.items()]
    )
    written = (Written(pk, pk in new) for pk in ids)
    return [next(written) if said.platform in platforms else _unknown(said) for said in facts]


def _unknown(said: AccountFacts) -> Invalid:
    text = f"no platform is called {said.platform!r}."
    return Invalid(f"platform: {text}", code="unknown-platform", fields={"platform": text})
