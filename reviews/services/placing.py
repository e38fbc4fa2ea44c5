"""Where flags go, written: cases open, are joined, or reopen. Callers hold the locks on the accounts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models.functions import Collate

import audit.services as audit
from accounts.models import Account
from common import bulk
from common.ids import new_id
from reviews import audit_actions
from reviews.choices import OPEN_CASE, STANDING, CaseState, FlagState, Outcome
from reviews.models import Case, Decision, Flag, Policy
from reviews.rules import rank
from reviews.rules.joining import JoiningFacts, Place, place, reopens
from reviews.services import ranking
from staff.actors import Actor
from takedowns.selectors import enforcements


@dataclass
class Placed:
    """What placing did: cases that stood before and are to rank anew, cases that were opened (ranked already), and
    kept cases on which flags now wait."""

    to_rank: set[UUID] = field(default_factory=set)
    opened: set[UUID] = field(default_factory=set)
    waiting_on_kept: set[UUID] = field(default_factory=set)


def subjects(account: Account, case_id: UUID) -> list[str]:
    """The case and its account, as the log names them. The account's platform is loaded."""
    return [
        audit.subject("case", case_id),
        audit.subject("account", f"{account.platform.slug}/{account.external_id}"),
    ]


def lock_accounts(account_ids: Iterable[UUID]) -> dict[UUID, Account]:
    """These accounts by id, locked in the order of `accounts.upsert`: intake, undo, reversal and batches take turns."""
    rows = Account.objects.select_for_update(of=("self",), no_key=True).select_related("platform")
    in_key_order = rows.filter(pk__in=set(account_ids)).order_by("platform_id", Collate("external_id", "C"))
    return {row.pk: row for row in in_key_order}


def place_flags(rows: Sequence[Flag], accounts: Mapping[UUID, Account], *, at: datetime) -> Placed:
    """Each of `rows` (unsaved) has its case, state, decision and evidence version; the cases it needs exist.

    Takes flags of accounts that the caller has locked, and those accounts by id.
    """
    known = _Known.of(accounts)
    placed = Placed()
    fresh: dict[UUID, Case] = {}
    first: dict[UUID, list[Flag]] = defaultdict(list)
    for row in rows:
        account = accounts[row.account_id]
        decision = known.standing.get(account.pk)
        where = place(
            JoiningFacts(
                has_open_case=account.pk in known.open_cases,
                is_suspended_by_us=account.pk in known.suspended
                and decision is not None
                and decision.outcome == Outcome.SUSPEND,
                was_kept=decision is not None and decision.outcome == Outcome.KEEP,
                brings_new_evidence=decision is not None
                and not known.evidence[decision.case_id].issuperset(row.evidence),
            )
        )
        if where is Place.NEW_CASE:
            case = new_case(account, row.policy, at=at, earlier=decision.case if decision else None)
            fresh[case.pk] = known.open_cases[account.pk] = case
            placed.opened.add(case.pk)
        _join(row, where, known, placed)
        if row.case_id in fresh:
            first[row.case_id].append(row)
    for pk, case in fresh.items():
        ranking.rank_new(case, first[pk])
    bulk.insert(list(fresh.values()))
    touched = [case for case in known.seen.values() if case.pk not in placed.opened]
    bulk.update(touched, ["evidence_version"])
    return placed


def _join(row: Flag, where: Place, known: "_Known", placed: Placed) -> None:
    if where in (Place.OPEN_CASE, Place.NEW_CASE):
        case = known.open_cases[row.account_id]
        if case.pk not in placed.opened:
            placed.to_rank.add(case.pk)
    else:
        decision = known.standing[row.account_id]
        case = decision.case
        if where is Place.ALREADY_ACTIONED:
            row.state, row.decision = FlagState.ALREADY_ACTIONED, decision
        else:
            placed.waiting_on_kept.add(case.pk)
    if where is not Place.NEW_CASE:
        case.evidence_version += 1
        known.seen[case.pk] = case
    row.case = case
    row.evidence_version = case.evidence_version


@dataclass
class _Known:
    """What is known of the accounts before the flags go in."""

    open_cases: dict[UUID, Case]
    standing: dict[UUID, Decision]
    suspended: set[UUID]
    evidence: dict[UUID, set[str]]
    seen: dict[UUID, Case] = field(default_factory=dict)

    @classmethod
    def of(cls, accounts: Mapping[UUID, Account]) -> "_Known":
        """Locks the open cases of `accounts`; reads the decisions that stand on the others."""
        locked = Case.objects.select_for_update().filter(account__in=accounts, state__in=OPEN_CASE).order_by("pk")
        open_cases = {case.account_id: case for case in locked}
        others = [pk for pk in accounts if pk not in open_cases]
        latest = (
            Decision.objects.filter(account__in=others, state__in=STANDING)
            .select_related("case")
            .order_by("account_id", "-decided_at", "-id")
            .distinct("account_id")
        )
        standing = {decision.account_id: decision for decision in latest}
        evidence: dict[UUID, set[str]] = defaultdict(set)
        on_kept = Flag.objects.filter(case__in=[d.case_id for d in standing.values() if d.outcome == Outcome.KEEP])
        for case_id, external_ids in on_kept.values_list("case_id", "evidence"):
            evidence[case_id].update(external_ids)
        return cls(open_cases, standing, enforcements.suspended_by_us(others), evidence)


def new_case(account: Account, policy: Policy, *, at: datetime, earlier: Case | None) -> Case:
    """A waiting case (unsaved) for `account`. Its rank follows from its flags, or from the policy while it has none."""
    points = rank.parts(
        rank.RankFacts(severity=policy.severity, followers=account.followers, precisions=(), recent_flags=0)
    )
    return Case(
        id=new_id(),
        account=account,
        platform_id=account.platform_id,
        state=CaseState.WAITING,
        policy=policy,
        language=account.language,
        opened_at=at,
        due_at=at + timedelta(hours=policy.hours_to_decide),
        rank_parts=points.as_json(),
        serving_order=rank.serving_order(points, at, None),
        earlier=earlier,
    )


def reopen_where_sources_agree(actor: Actor, case_ids: set[UUID], accounts: Mapping[UUID, Account]) -> None:
    """Kept cases wait again where enough distinct, precise sources have flagged since, unless the account has an open
    case by now. Audit: case.reopened."""
    if not case_ids:
        return
    weights: dict[UUID, dict[UUID, float]] = defaultdict(dict)
    waiting = Flag.objects.filter(case__in=case_ids, state=FlagState.OPEN).select_related("source")
    for flag in waiting:
        weights[flag.case_id][flag.source_id] = rank.precision(flag.source.agreed, flag.source.disagreed)
    busy = set(Case.objects.filter(account__in=accounts, state__in=OPEN_CASE).values_list("account_id", flat=True))
    for case in Case.objects.select_for_update().filter(pk__in=weights, state=CaseState.DECIDED).order_by("pk"):
        if case.account_id not in busy and reopens(list(weights[case.pk].values())):
            reopen(actor, case, accounts[case.account_id], why="enough new sources")


def reopen(actor: Actor, case: Case, account: Account, *, why: str) -> None:
    """A decided case (locked) waits again, ranked by its open flags. Audit: case.reopened."""
    case.state, case.closed_at = CaseState.WAITING, None
    case.save(update_fields=["state", "closed_at"])
    ranking.rerank([case.pk])
    audit.record(actor, audit_actions.CASE_REOPENED, subjects(account, case.pk), why=why)
