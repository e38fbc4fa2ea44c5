"""Where flags go, written: cases open, are joined, or reopen. Callers hold the locks on the accounts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import msgspec
from django.db import connection
from django.db.models.functions import Collate

import audit.services as audit
from accounts.models import Account
from common import bulk, clock
from common.ids import new_id
from reviews import audit_actions
from reviews.choices import OPEN_CASE, STANDING, CaseState, FlagState, Outcome
from reviews.models import Case, Flag, Policy
from reviews.rules import rank
from reviews.rules.joining import JoiningFacts, Place, place, reopens
from reviews.rules.lanes import LaneFacts, follower_band, needed
from reviews.services import lanes, ranking
from reviews.services.facts import IncomingFlag
from reviews.services.ranking import RankedCase, RankedFlag
from staff.actors import Actor
from takedowns.selectors import enforcements

_LOCK_OPEN_CASES = """
    SELECT account_id, id, evidence_version FROM reviews_case
    WHERE account_id = ANY(%s) AND state = ANY(%s) ORDER BY id FOR UPDATE
"""
_STANDING_DECISIONS = """
    SELECT DISTINCT ON (d.account_id) d.account_id, d.id, d.case_id, d.outcome, c.evidence_version
    FROM reviews_decision d JOIN reviews_case c ON c.id = d.case_id
    WHERE d.account_id = ANY(%s) AND d.state = ANY(%s)
    ORDER BY d.account_id, d.decided_at DESC, d.id DESC
"""
_EVIDENCE = "SELECT DISTINCT case_id, unnest(evidence) FROM reviews_flag WHERE case_id = ANY(%s)"
_GROW = """
    UPDATE reviews_case c
    SET evidence_version = c.evidence_version + given.joined, last_flag_at = greatest(c.last_flag_at, %s)
    FROM unnest(%s::uuid[], %s::int[]) AS given (id, joined) WHERE c.id = given.id
"""
_CASE_COLUMNS = (
    "id",
    "account_id",
    "platform_id",
    "state",
    "policy_id",
    "language",
    "lane_id",
    "source_kinds",
    "opened_at",
    "due_at",
    "legal_deadline_at",
    "evidence_version",
    "serving_order",
    "rank_parts",
    "last_flag_at",
    "earlier_id",
)


@dataclass(slots=True)
class _KnownCase:
    """A case that flags join: one that stood before (`flags` stay empty), or one that they open."""

    id: UUID
    evidence_version: int
    earlier_id: UUID | None = None
    flags: list[IncomingFlag] = field(default_factory=list)


class _Standing(NamedTuple):
    """The decision that stands on an account without an open case."""

    id: UUID
    outcome: str
    case: _KnownCase


@dataclass
class Placed:
    """What placing did: cases that stood before and are to rank anew, cases that were opened (ranked already), and
    kept cases on which flags now wait."""

    to_rank: set[UUID] = field(default_factory=set)
    opened: set[UUID] = field(default_factory=set)
    waiting_on_kept: set[UUID] = field(default_factory=set)


def subjects(account: Account, case_id: UUID) -> list[str]:
    """The case and its account, as the log names them. The account's platform is loaded."""
    return subjects_of(account.platform.slug, account.external_id, case_id)


def subjects_of(platform: str, external_id: str, case_id: UUID | None) -> list[str]:
    """The case and its account (the platform by its slug), as the log names them."""
    return [audit.subject("case", case_id), audit.subject("account", f"{platform}/{external_id}")]


def lock_accounts(account_ids: Iterable[UUID]) -> dict[UUID, Account]:
    """These accounts by id, locked in the order of `accounts.upsert`: intake, undo, reversal and batches take turns."""
    rows = Account.objects.select_for_update(of=("self",), no_key=True).select_related("platform")
    in_key_order = rows.filter(pk__in=set(account_ids)).order_by("platform_id", Collate("external_id", "C"))
    return {row.pk: row for row in in_key_order}


def place_flags(rows: Sequence[IncomingFlag], *, at: datetime) -> Placed:
    """Each of `rows` has its case, state, decision and evidence version; the cases it needs exist, ranked.

    Takes flags of accounts that the caller has locked. What was known of an account before is gathered for all at
    once, and only for accounts that aren't new.
    """
    known = _Known.of({row.account.id for row in rows if not row.account.is_new})
    placed = Placed()
    joined: Counter[UUID] = Counter()
    opened: list[_KnownCase] = []
    for row in rows:
        account_id = row.account.id
        decision = known.standing.get(account_id)
        where = place(known.facts(row, decision))
        if where is Place.NEW_CASE:
            case = _KnownCase(new_id(), 0, decision.case.id if decision else None)
            known.open_cases[account_id] = case
            placed.opened.add(case.id)
            opened.append(case)
        elif where is Place.OPEN_CASE or decision is None:
            case = known.open_cases[account_id]
        else:
            case = decision.case
            if where is Place.ALREADY_ACTIONED:
                row.state, row.decision_id = str(FlagState.ALREADY_ACTIONED), decision.id
            else:
                placed.waiting_on_kept.add(case.id)
        case.evidence_version += 1
        row.case_id, row.evidence_version = case.id, case.evidence_version
        if case.id in placed.opened:
            case.flags.append(row)
            continue
        joined[case.id] += 1
        if where is Place.OPEN_CASE:
            placed.to_rank.add(case.id)
    _open(opened, at)
    _grow(joined, at)
    return placed


def _open(cases: Sequence[_KnownCase], at: datetime) -> None:
    """These cases wait, each ranked by its first flags: no row is read, and none is written twice."""
    ranks = [ranking.ranked(_ranked_case(case, at), list(map(_ranked_flag, case.flags))) for case in cases]
    ranking.put_into_lanes(ranks)
    rows = []
    for case, ranked in zip(cases, ranks, strict=True):
        account = case.flags[0].account
        rows.append(
            (
                case.id,
                account.id,
                account.platform_id,
                "waiting",
                ranked.policy_id,
                account.language,
                ranked.lane_id,
                ranked.source_kinds,
                at,
                ranked.due_at,
                ranked.legal_deadline_at,
                case.evidence_version,
                ranked.serving_order,
                msgspec.json.encode(ranked.rank_parts).decode(),
                at,
                case.earlier_id,
            )
        )
    bulk.insert_rows("reviews_case", _CASE_COLUMNS, rows)


def _ranked_case(case: _KnownCase, at: datetime) -> RankedCase:
    account = case.flags[0].account
    return RankedCase(
        id=case.id,
        opened_at=at,
        platform_id=account.platform_id,
        language=account.language,
        followers=account.followers,
        protected_class=account.protected_class,
        clearances=account.clearances,
    )


def _ranked_flag(row: IncomingFlag) -> RankedFlag:
    source, policy, basis = row.source, row.policy, row.facts.legal_basis
    return RankedFlag(
        flagged_at=row.flagged_at,
        received_at=row.received_at,
        source_id=source.id,
        kind=source.kind,
        agreed=source.agreed,
        disagreed=source.disagreed,
        policy_id=policy.id,
        severity=policy.severity,
        hours_to_decide=policy.hours_to_decide,
        clearance=policy.clearance,
        deadline=basis.deadline if basis else None,
        in_flood=source.flooding_since is not None,
    )


def _grow(joined: Counter[UUID], at: datetime) -> None:
    """Each case's evidence version has grown by the flags that joined it at `at`."""
    if joined:
        with connection.cursor() as cursor:
            cursor.execute(_GROW, [at, list(joined), list(joined.values())])


@dataclass
class _Known:
    """What is known of the accounts before the flags go in."""

    open_cases: dict[UUID, _KnownCase] = field(default_factory=dict)
    standing: dict[UUID, _Standing] = field(default_factory=dict)
    suspended: set[UUID] = field(default_factory=set)
    evidence: dict[UUID, set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, account_ids: set[UUID]) -> "_Known":
        """Locks the open cases of these accounts; reads the decisions that stand on the others."""
        known = cls()
        if not account_ids:
            return known
        with connection.cursor() as cursor:
            cursor.execute(_LOCK_OPEN_CASES, [list(account_ids), list(map(str, OPEN_CASE))])
            known.open_cases = {account_id: _KnownCase(pk, version) for account_id, pk, version in cursor.fetchall()}
            if others := account_ids - known.open_cases.keys():
                cursor.execute(_STANDING_DECISIONS, [list(others), list(map(str, STANDING))])
                known.standing = {row[0]: _Standing(row[1], row[3], _KnownCase(row[2], row[4])) for row in cursor}
            if kept := [row.case.id for row in known.standing.values() if row.outcome == Outcome.KEEP]:
                cursor.execute(_EVIDENCE, [kept])
                for case_id, external_id in cursor.fetchall():
                    known.evidence[case_id].add(external_id)
        if decided := [pk for pk, row in known.standing.items() if row.outcome == Outcome.SUSPEND]:
            known.suspended = enforcements.suspended_by_us(decided)
        return known

    def facts(self, row: IncomingFlag, decision: _Standing | None) -> JoiningFacts:
        """What decides where `row` goes."""
        account_id = row.account.id
        return JoiningFacts(
            has_open_case=account_id in self.open_cases,
            is_suspended_by_us=account_id in self.suspended,
            was_kept=decision is not None and decision.outcome == Outcome.KEEP,
            brings_new_evidence=decision is not None and not self.evidence[decision.case.id].issuperset(row.evidence),
            carries_order=row.facts.legal_basis is not None,
        )


def new_case(account: Account, policy: Policy, *, at: datetime, earlier: Case | None) -> Case:
    """A waiting case for `account`, for `insert_new`. Its rank follows from its policy while it has no flags."""
    case = Case(
        id=new_id(),
        account=account,
        platform_id=account.platform_id,
        state=CaseState.WAITING,
        policy=policy,
        language=account.language,
        opened_at=at,
        last_flag_at=at,
        earlier=earlier,
    )
    _rank_by_policy(case)
    return case


def _rank_by_policy(case: Case) -> None:
    """A case without flags, with account and policy: unsaved."""
    facts = rank.RankFacts(
        severity=case.policy.severity, followers=case.account.followers, precisions=(), recent_flags=0
    )
    points = rank.parts(facts)
    case.due_at = case.opened_at + timedelta(hours=case.policy.hours_to_decide)
    case.rank_parts, case.serving_order = points.as_json(), rank.serving_order(points, case.opened_at, None)


def put_under(case: Case, policy: Policy) -> None:
    """The open case (locked, with account) counts under `policy` from now on, whatever its flags claim: in its rank,
    its time and its lane. Flags that come later count under what they claim."""
    case.routed_policy, case.routed_at = policy, clock.now()
    case.save(update_fields=["routed_policy", "routed_at"])
    rank_anew(case, policy)


def put_into_language(case: Case, language: str) -> None:
    """The open case (locked, with account and policy) counts as one in `language`; its account's stays as it is."""
    case.language = language
    case.save(update_fields=["language"])
    rank_anew(case, case.policy)


def rank_anew(case: Case, policy: Policy) -> None:
    """The rank, time and lane of the open case (locked, with account) follow from its open flags, or from `policy`
    where it has none."""
    if case.flags.filter(state=FlagState.OPEN).exists():
        ranking.rerank([case.pk])
        return
    case.policy = policy
    _rank_by_policy(case)
    facts = _lane_of_new(case)
    case.lane_id = lanes.ids_of([facts])[facts]
    case.save(update_fields=["policy", "due_at", "rank_parts", "serving_order", "lane"])


def insert_new(cases: Sequence[Case]) -> None:
    """These cases of `new_case` stand, each in its lane."""
    facts = [_lane_of_new(case) for case in cases]
    lane_ids = lanes.ids_of(facts)
    for case, lane in zip(cases, facts, strict=True):
        case.lane_id = lane_ids[lane]
    bulk.insert(cases)


def _lane_of_new(case: Case) -> LaneFacts:
    return LaneFacts(
        platform_id=case.platform_id,
        policy_id=case.policy_id,
        language=case.language,
        source_kinds=(),
        protected_class=case.account.protected_class,
        follower_band=follower_band(case.account.followers),
        clearances=needed([case.policy.clearance, *case.account.clearances]),
    )


def reopen_where_sources_agree(actor: Actor, case_ids: set[UUID]) -> None:
    """Kept cases wait again where enough distinct, precise sources have flagged since, unless the account has an open
    case by now. Audit: case.reopened."""
    if not case_ids:
        return
    weights: dict[UUID, dict[UUID, float]] = defaultdict(dict)
    waiting = Flag.objects.filter(case__in=case_ids, state=FlagState.OPEN).select_related("source")
    for flag in waiting:
        weights[flag.case_id][flag.source_id] = rank.precision(flag.source.agreed, flag.source.disagreed)
    decided = Case.objects.filter(pk__in=weights, state=CaseState.DECIDED).select_related("account__platform")
    for case in decided.select_for_update(of=("self",)).order_by("pk"):
        is_busy = Case.objects.filter(account=case.account_id, state__in=OPEN_CASE).exists
        if reopens(list(weights[case.pk].values())) and not is_busy():
            reopen(actor, case, case.account, why="enough new sources")


def reopen(actor: Actor, case: Case, account: Account, *, why: str) -> None:
    """A decided case (locked) waits again. See `reopen_many`."""
    case.account = account
    reopen_many(actor, [case], why=why)


def reopen_many(actor: Actor, cases: Sequence[Case], *, why: str) -> None:
    """Decided cases (locked, with accounts) wait again, ranked by their open flags. Audit: case.reopened for each."""
    for case in cases:
        case.state, case.closed_at = CaseState.WAITING, None
    ids = [case.pk for case in cases]
    Case.objects.filter(pk__in=ids).update(state=CaseState.WAITING, closed_at=None)
    ranking.rerank(ids)
    entries = [(subjects(case.account, case.pk), {"why": why}) for case in cases]
    audit.record_many(actor, audit_actions.CASE_REOPENED, entries)
