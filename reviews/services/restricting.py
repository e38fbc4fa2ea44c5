"""Restricting: material that only people who are cleared for it may see is taken from everybody else at once.

What is restricted is the account: its posts, and all its cases with what was said on them. Nothing is deleted.
Recipe, for a person's word and for a flag under a restricted policy alike, with the accounts locked before their cases:
1. The accounts ask for the clearance, and all their cases, open or not, stand in lanes that do (`lanes.shown_to`).
2. Who isn't cleared has nothing of them any more: claims, holds and questions end, and what was kept for them isn't.
3. The restriction is an alert to whoever is cleared, and is mailed to the duty contact after the commit.
Source: docs/decisions/0030-an-account-is-restricted-not-a-case.md.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import audit.services as audit
from accounts.models import Account
from common import bulk, clock
from common.errors import Conflict, Invalid, NotFound
from common.ids import new_id
from common.jobs import enqueue
from reviews import audit_actions
from reviews.choices import OPEN_CASE, ClaimEnd, FlagState, HoldEnd
from reviews.models import Case, Claim, Escalation, Flag, Hold, Policy, Restriction
from reviews.selectors import lanes as shown
from reviews.services import claims, lanes, placing, ranking
from reviews.services.facts import IncomingFlag
from reviews.services.words import needed
from staff.actors import Actor
from staff.choices import CLEARANCES
from staff.permissions import Permission

_ASK_FOR = """
    UPDATE accounts_account a SET clearances = ARRAY(
        SELECT DISTINCT one FROM unnest(a.clearances || given.clearance) AS one ORDER BY one
    )
    FROM unnest(%s::uuid[], %s::text[]) AS given (id, clearance) WHERE a.id = given.id
"""

_NO_RESTRICTION = gettext_lazy("There is no restriction with this id.")


@transaction.atomic
def restrict(actor: Actor, *, case_id: UUID, clearance: str) -> Case:
    """The account's material is shown only to people with `clearance`, and its open case, or a new one where none is,
    waits under the gravest policy that asks for it; whoever had it and isn't cleared has it no more.

    From any case page, with a claim or without. Returns the case that waits. Doing it again changes nothing. Raises
    NotAllowed, NotFound, Invalid. Audit: case.restricted, and case.opened for a new case.
    """
    actor.require(Permission.WORK_CASES)
    if clearance not in CLEARANCES:
        raise Invalid(_("clearance: choose one."), fields={"clearance": _("choose one.")})
    account, cases = lock_account_of(actor, case_id)
    here = next((case for case in cases if case.is_open), cases[-1])
    if clearance in account.clearances:
        return here
    policy = Policy.objects.filter(clearance=clearance, is_active=True).order_by("-severity", "position").first()
    if not here.is_open:
        here = _open_anew(actor, account, here, policy or here.policy)
    _quarantine({account.pk: {clearance}})
    here.refresh_from_db(fields=["state", "lane"])
    account.refresh_from_db(fields=["clearances"])
    if policy:
        placing.put_under(here, policy)
    _alert(actor, [(account, here.pk, clearance)], cause="person")
    return here


def by_flags(actor: Actor, rows: Sequence[IncomingFlag]) -> None:
    """The accounts of these flags, stored and placed in this transaction, are restricted where the claimed policy asks
    for a clearance that the account doesn't ask for yet. Audit: case.restricted for each."""
    wanted = {
        (row.account.id, row.policy.clearance): row
        for row in rows
        if row.policy.clearance and row.policy.clearance not in row.account.clearances
    }
    if not wanted:
        return
    asked: dict[UUID, set[str]] = defaultdict(set)
    for account_id, clearance in wanted:
        asked[account_id].add(clearance)
    list(Case.objects.select_for_update().filter(account__in=asked).order_by("pk").values_list("pk"))
    _quarantine(asked)
    accounts = Account.objects.select_related("platform").in_bulk(list(asked))
    found = [(accounts[pk], row.case_id, clearance) for (pk, clearance), row in wanted.items() if row.case_id]
    _alert(actor, found, cause="flag")


@transaction.atomic
def acknowledge(actor: Actor, *, restriction_id: UUID) -> Restriction:
    """Somebody who is cleared answers for it: the alert ends, and no mail is sent any more. Doing it again changes
    nothing. Raises NotAllowed, NotFound. Audit: restriction.acknowledged."""
    actor.require(Permission.WORK_CASES)
    row = _lock(actor, restriction_id)
    if row.acknowledged_at is None:
        row.acknowledged_at, row.acknowledged_by = clock.now(), actor.person()
        row.save(update_fields=["acknowledged_at", "acknowledged_by"])
        names = placing.subjects(row.account, row.case_id)
        audit.record(actor, audit_actions.RESTRICTION_ACKNOWLEDGED, names, clearance=row.clearance)
    return row


@transaction.atomic
def lift(actor: Actor, *, restriction_id: UUID, reason: str) -> Restriction:
    """The account's material is shown again to people without this clearance: it was no such material.

    Raises NotAllowed but for supervisors, NotFound also for those who aren't cleared, Invalid without a reason;
    Conflict when it was lifted, or while an open flag claims a policy that asks for it. Audit: restriction.lifted.
    """
    actor.require(Permission.HAND_OVER)
    row = _lock(actor, restriction_id)
    said, account = needed("reason", reason), row.account
    if row.lifted_at is not None:
        raise Conflict(_("This restriction was lifted already."), code="restriction-lifted")
    cases = list(Case.objects.select_for_update().filter(account=account).order_by("pk"))
    claimed = Flag.objects.filter(account=account, state=FlagState.OPEN, policy__clearance=row.clearance)
    if claimed.exists():
        raise Conflict(_("An open flag claims just this. Decide the case first."), code="restriction-claimed")
    row.lifted_at, row.lifted_by, row.lifted_why = clock.now(), actor.person(), said
    row.save(update_fields=["lifted_at", "lifted_by", "lifted_why"])
    account.clearances = [one for one in account.clearances if one != row.clearance]
    account.save(update_fields=["clearances"])
    lanes.follow_accounts([account.pk], without=row.clearance)
    _route_back(cases, row.clearance)
    names = placing.subjects(account, row.case_id)
    audit.record(actor, audit_actions.RESTRICTION_LIFTED, names, clearance=row.clearance, reason=said)
    return row


def lock_account_of(actor: Actor, case_id: UUID) -> tuple[Account, list[Case]]:
    """The case's account, locked, and all its cases, locked, by id. Raises NotFound, also who isn't cleared."""
    known = Case.objects.filter(pk=case_id).values_list("account_id", flat=True).first()
    if known is None:
        raise NotFound(str(claims.NO_CASE))
    account = placing.lock_accounts([known])[known]
    rows = Case.objects.select_for_update(of=("self",)).select_related("lane", "policy").filter(account=account)
    cases = list(rows.order_by("pk"))
    for case in cases:
        case.account = account
    if not all(shown.is_cleared(actor, case.lane) for case in cases):
        raise NotFound(str(claims.NO_CASE))
    return account, cases


def _open_anew(actor: Actor, account: Account, earlier: Case, policy: Policy) -> Case:
    case = placing.new_case(account, policy, at=clock.now(), earlier=earlier)
    placing.insert_new([case])
    audit.record(actor, audit_actions.CASE_OPENED, placing.subjects(account, case.pk), cause="restriction")
    return case


def _quarantine(asked: Mapping[UUID, Collection[str]]) -> None:
    """Steps 1 and 2, for accounts (locked, with their cases) and the clearances that are new to them."""
    for clearance in sorted({one for several in asked.values() for one in several}):
        ids = [pk for pk, several in asked.items() if clearance in several]
        with connection.cursor() as cursor:
            cursor.execute(_ASK_FOR, [ids, [clearance] * len(ids)])
    lanes.follow_accounts(asked)
    _take_away(asked)


def _take_away(account_ids: Collection[UUID]) -> None:
    """Who isn't cleared for what they had of these accounts has it no more; their drafts stay, out of sight."""
    rows = Case.objects.filter(account__in=account_ids, state__in=OPEN_CASE).select_related(
        "account__platform", "reserved_for"
    )
    cases = {case.pk: case for case in rows}
    live = Claim.objects.filter(case__in=cases, ended_at=None).select_related("holder")
    lost = [row for row in live if _is_hidden(cases[row.case_id], row.holder.clearances)]
    claims.end(lost, ClaimEnd.RESTRICTED)
    held = Hold.objects.filter(case__in=cases, ended_at=None).select_related("holder")
    gone = [row for row in held if _is_hidden(cases[row.case_id], row.holder.clearances)]
    for hold in gone:
        claims.end_hold(cases[hold.case_id], HoldEnd.RESTRICTED)
    asked = Escalation.objects.filter(case__in=cases, closed_at=None).select_related("asker")
    unseen = [row for row in asked if _is_hidden(cases[row.case_id], row.asker.clearances)]
    Escalation.objects.filter(pk__in=[row.pk for row in unseen]).update(closed_at=clock.now())
    kept = [case for case in cases.values() if case.reserved_for and _is_hidden(case, case.reserved_for.clearances)]
    freed = {case.pk for case in kept}
    freed |= {row.case_id for row in lost} | {row.case_id for row in gone} | {row.case_id for row in unseen}
    claims.let_go([cases[pk] for pk in freed])


def _is_hidden(case: Case, clearances: Sequence[str]) -> bool:
    return not set(case.account.clearances) <= set(clearances)


def _alert(actor: Actor, found: Sequence[tuple[Account, UUID, str]], *, cause: str) -> None:
    """Step 3. Audit: case.restricted for each."""
    now = clock.now()
    by = actor.user if cause == "person" else None
    made = [
        Restriction(
            id=new_id(), account=account, case_id=case_id, clearance=clearance, made_by=by, made_at=now, mail_at=now
        )
        for account, case_id, clearance in found
    ]
    bulk.insert(made)
    entries = [
        (placing.subjects(account, case_id), {"clearance": clearance, "cause": cause})
        for account, case_id, clearance in found
    ]
    audit.record_many(actor, audit_actions.CASE_RESTRICTED, entries)
    enqueue("reviews.tasks.mail_restrictions")


def _route_back(cases: Sequence[Case], clearance: str) -> None:
    """What was put under a policy that asks for `clearance` counts under what its flags claim again."""
    rows = Case.objects.filter(pk__in=[case.pk for case in cases], routed_policy__clearance=clearance)
    rows.update(routed_policy=None, routed_at=None)
    ranking.rerank([case.pk for case in cases if case.is_open])


def _lock(actor: Actor, restriction_id: UUID) -> Restriction:
    """The restriction, locked after its account. Raises NotFound, also when the actor isn't cleared."""
    found = Restriction.objects.filter(pk=restriction_id).values_list("account_id", flat=True).first()
    if found is None:
        raise NotFound(str(_NO_RESTRICTION))
    account = placing.lock_accounts([found])[found]
    row = Restriction.objects.select_for_update(of=("self",)).get(pk=restriction_id)
    if not shown.is_open_to(actor, [*account.clearances, row.clearance]):
        raise NotFound(str(_NO_RESTRICTION))
    row.account = account
    return row
