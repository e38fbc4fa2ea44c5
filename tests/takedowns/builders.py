"""Builders of enforcements, through the ledger's own service."""

from datetime import datetime

from django.db import transaction

from accounts.models import Account
from common import clock
from common.ids import new_id
from staff.actors import SYSTEM, Actor
from takedowns.choices import Kind
from takedowns.models import Enforcement
from takedowns.services import ledger
from takedowns.services.ledger import Wanted


def a_wish(account: Account, kind: str = Kind.SUSPEND, *, cause: str = "", wave: str = "", **more: object) -> Wanted:
    """What a decision of its own wants of `account`, at once unless told."""
    facts: dict[str, object] = {"not_before_at": clock.now()} | more
    return Wanted(
        account_id=account.pk,
        platform_id=account.platform_id,
        kind=kind,
        cause=cause or f"decision:{new_id()}",
        wave=wave,
        **facts,  # type: ignore[arg-type]
    )


def requested(*wishes: Wanted, actor: Actor = SYSTEM) -> list[Enforcement]:
    """The rows of the wishes, committed (as far as the test commits)."""
    with transaction.atomic():
        return ledger.request(actor, wishes)


def an_enforcement(account: Account, kind: str = Kind.SUSPEND, **more: object) -> Enforcement:
    """One waiting enforcement."""
    [row] = requested(a_wish(account, kind, **more))  # type: ignore[arg-type]
    return row


def in_state(row: Enforcement, state: str, *, lease: bool = True, at: datetime | None = None) -> Enforcement:
    """Put a row into a state by hand, along the table of moves, with the columns that the state needs."""
    path = {
        "sending": ["sending"],
        "unknown": ["sending", "unknown"],
        "retrying": ["sending", "retrying"],
        "applied": ["sending", "applied"],
        "failed": ["sending", "failed"],
    }[state]
    now = at or clock.now()
    for step in path:
        row.state = step
        row.lease = new_id() if step == "sending" else None
        row.leased_until = now if step == "sending" else None
        row.applied_at = now if step == "applied" else None
        row.save()
    return row
