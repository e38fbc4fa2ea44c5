"""Platforms that are worked by hand: what is due is handed out as a list, and what was done is taken in.

The order of things:
1. Handing out leases what is due and makes it `unknown` in one transaction: from then on it may have taken effect, so a
   newer opposite decision waits for it, like for any request in flight. A list that was lost is handed out again.
2. Taking in says what became of each: done (`applied`), not done (it waits to be handed out again), or not possible
   (`failed`, with the reason).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from accounts.models import Platform
from accounts.selectors.platforms import get_platform
from common import clock
from common.errors import Invalid
from common.ids import new_id
from staff.actors import Actor
from staff.permissions import Permission
from takedowns import audit_actions as actions
from takedowns.choices import Outcome, State
from takedowns.connectors import known_connector
from takedowns.models import Attempt, Enforcement
from takedowns.services import leasing, ledger, outcomes, telling

HANDED_OUT: Final = "Handed out to be done by hand."
AT_ONCE: Final = 2000
_LEASE_SECONDS: Final = 60.0  # never seen: the lease ends in its own transaction
DONE, NOT_DONE, NO_ACCOUNT, REFUSED = "done", "not_done", "no_account", "refused"
ANSWERS: Final = (DONE, NOT_DONE, NO_ACCOUNT, REFUSED)
_FAULTS_AT_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody says became of one enforcement: one of ANSWERS, and a note. `line` is where it stood."""

    line: int
    enforcement_id: UUID
    answer: str
    note: str = ""


def hand_out(actor: Actor, *, slug: str, again: bool = False) -> list[Enforcement]:
    """What is due on the platform is on its way, in the hands of whoever asks.

    With `again`, what was handed out before and of which nothing is known is in the list, too.
    Returns the rows with their accounts, highest priority first. Raises NotFound, NotAllowed, Invalid when the platform
    isn't worked by hand. Audit: enforcement.handed_out for each that is new in the list.
    """
    actor.require(Permission.RUN_ENFORCEMENTS)
    platform = _worked_by_hand(slug)
    before = list(_out(platform)) if again else []
    new: list[UUID] = []
    while taken := _take(actor, platform):
        new += taken
    return before + list(_out(platform).filter(pk__in=new))


def _worked_by_hand(slug: str) -> Platform:
    platform = get_platform(slug)
    connector = known_connector(platform)
    if connector is None or not connector.capabilities.by_hand:
        message = gettext("%(platform)s isn't worked by hand: its connector is %(connector)s.")
        raise Invalid(message % {"platform": platform.slug, "connector": platform.connector})
    return platform


def _out(platform: Platform) -> QuerySet[Enforcement]:
    rows = Enforcement.objects.filter(platform=platform, state=State.UNKNOWN).select_related("account")
    return rows.order_by("-priority", "created_at", "pk")


@transaction.atomic
def _take(actor: Actor, platform: Platform) -> list[UUID]:
    token, now = new_id(), clock.now()
    leased = leasing.lease(platform, token, limit=AT_ONCE, seconds=_LEASE_SECONDS)
    ids = [row.id for row in leased]
    Enforcement.objects.filter(pk__in=ids, lease=token).update(
        state=State.UNKNOWN,
        lease=None,
        leased_until=None,
        unknown_since_at=now,
        settle_after_at=now,
        next_attempt_at=now,
        error=HANDED_OUT,
    )
    Attempt.objects.filter(enforcement_id__in=ids, outcome="").update(
        outcome=Outcome.AMBIGUOUS, finished_at=now, error=HANDED_OUT
    )
    telling.record(actor, actions.HANDED_OUT, leased)
    return ids


@transaction.atomic
def take_in(actor: Actor, *, slug: str, told: Sequence[Told]) -> dict[str, int]:
    """What became of enforcements that were handed out is in the ledger, or nothing is when a line can't be right.

    One whose answer stands already is left as it is, so a list can be taken in twice.
    Returns how many were taken in, by answer, and how many stood already (`before`). Raises NotFound, NotAllowed,
    Invalid naming the lines. Audit: enforcement.settled for each, and enforcement.failed for what isn't possible.
    """
    actor.require(Permission.RUN_ENFORCEMENTS)
    platform = _worked_by_hand(slug)
    found = Enforcement.objects.filter(platform=platform, pk__in=[each.enforcement_id for each in told])
    rows = found.select_for_update().order_by("pk").in_bulk()
    _check(told, rows)
    counted: Counter[str] = Counter()
    for each in told:
        row = rows[each.enforcement_id]
        if row.state == State.UNKNOWN:
            _settle(actor, row, each)
            counted[each.answer] += 1
        else:
            counted["before"] += 1
    outcomes.supersede_overtaken([each.enforcement_id for each in told if each.answer == NOT_DONE])
    return dict(counted)


def _check(told: Sequence[Told], rows: dict[UUID, Enforcement]) -> None:
    seen: set[UUID] = set()
    faults: dict[str, str] = {}
    for each in told:
        if each.answer not in ANSWERS:
            faults[f"line {each.line}"] = f"{each.answer!r} is none of {', '.join(ANSWERS)}"
        elif each.enforcement_id in seen:
            faults[f"line {each.line}"] = "the same id a second time"
        elif each.enforcement_id not in rows or not rows[each.enforcement_id].unknown_since_at:
            faults[f"line {each.line}"] = "nothing of this id was handed out"
        seen.add(each.enforcement_id)
    if faults:
        shown = list(faults.items())[:_FAULTS_AT_MOST]
        raise Invalid("; ".join(f"{where}: {what}" for where, what in shown) + ".", fields=faults)


def _settle(actor: Actor, row: Enforcement, told: Told) -> None:
    ledger.settle(actor, enforcement_id=row.pk, took_effect=told.answer == DONE)
    if told.answer not in (NO_ACCOUNT, REFUSED):
        return
    row.state, row.finished_at, row.error = State.FAILED, clock.now(), told.note or told.answer
    row.save(update_fields=["state", "finished_at", "error"])
    telling.record(actor, actions.FAILED, [row])
