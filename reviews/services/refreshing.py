"""Refreshing: the platform is asked about a case's account, and what it says is kept; an account that it doesn't know
any more closes the case.

A page never speaks with a platform itself: one that hangs would hold the page's process. The row is the job; a worker
asks, outside any transaction, and the page looks for the answer. No person's word closes a case as gone, only the
platform's.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

import audit.services as audit
from accounts.choices import PlatformState
from accounts.models import Account
from accounts.services import refreshing as accounts
from common import clock
from common.jobs import enqueue
from reviews import audit_actions
from reviews.choices import CaseState, ClaimEnd
from reviews.models import Case, Refresh
from reviews.services import claims, closing, placing
from staff.actors import Actor, person
from staff.permissions import Permission
from takedowns.choices import Standing
from takedowns.connectors import Look
from takedowns.selectors import enforcements
from takedowns.services import looking

AT_ONCE: Final = 10
LEASE: Final = timedelta(seconds=60)  # longer than any connector's time-out; a worker that died is followed by another
CLOSED_FROM: Final = (CaseState.WAITING, CaseState.CLAIMED)


@transaction.atomic
def ask(actor: Actor, *, case_id: UUID) -> Refresh:
    """The platform is asked about the case's account as soon as a worker is free; a question that waits already is the
    same one. Raises NotAllowed, NotFound. Audit: case.refresh_asked."""
    actor.require(Permission.WORK_CASES)
    case = claims.lock_shown(actor, case_id)
    if open_one := Refresh.objects.filter(case=case, answered_at=None).first():
        return open_one
    now = clock.now()
    made = Refresh.objects.create(case=case, asked_by=actor.person(), asked_at=now, take_at=now)
    audit.record(actor, audit_actions.REFRESH_ASKED, placing.subjects(case.account, case.pk))
    enqueue("reviews.tasks.refresh_accounts")
    return made


def answer_due() -> int:
    """Sweep: questions that nobody has put yet are put to their platforms, and the answers kept. Returns how many."""
    rows = _take()
    for row in rows:
        _answer(row, looking.look_up(row.case.account))
    return len(rows)


@transaction.atomic
def _take() -> Sequence[Refresh]:
    now = clock.now()
    due = Refresh.objects.filter(answered_at=None, take_at__lte=now)
    due = due.select_related("case__account__platform", "asked_by")
    rows = list(due.select_for_update(skip_locked=True, of=("self",)).order_by("take_at")[:AT_ONCE])
    Refresh.objects.filter(pk__in=[row.pk for row in rows]).update(take_at=now + LEASE)
    return rows


@transaction.atomic
def _answer(row: Refresh, look: Look) -> None:
    """The answer is kept, in the name of whoever asked. Audit: case.refreshed, and case.closed where it closes.

    Lock order: account, case. An account whose case somebody else has by now is left to them: what the platform said
    stands on their page, and their own question closes it.
    """
    account = placing.lock_accounts([row.case.account_id])[row.case.account_id]
    case = claims.lock_case(row.case_id)
    if Refresh.objects.filter(pk=row.pk, answered_at=None).update(
        answered_at=clock.now(), standing=look.standing, error=look.error[:500]
    ):
        actor = person(row.asked_by)
        _note(account, look)
        case.account = account
        names = placing.subjects(account, case.pk)
        audit.record(actor, audit_actions.REFRESHED, names, standing=str(look.standing), followers=account.followers)
        if look.standing == Standing.NO_ACCOUNT:
            _close(actor, case)


def _note(account: Account, look: Look) -> None:
    """What the platform said stands on the account; a suspension that is ours is not the platform's own."""
    if look.standing == Standing.UNCLEAR:
        return
    state = {Standing.ACTIVE: PlatformState.ACTIVE, Standing.NO_ACCOUNT: PlatformState.GONE}.get(look.standing)
    if state is None:
        is_ours = account.pk in enforcements.suspended_by_us([account.pk])
        state = PlatformState.UNKNOWN if is_ours else PlatformState.SUSPENDED
    accounts.note(account, asdict(look.profile), state=state, at=clock.now())


def _close(actor: Actor, case: Case) -> None:
    if case.state not in CLOSED_FROM:
        return
    live = claims.live_claim(case.pk)
    if live and live.expires_at > clock.now() and live.holder_id != actor.person().pk:
        return
    if live:
        claims.end([live], ClaimEnd.CLOSED)
    closing.close_gone(actor, case)
