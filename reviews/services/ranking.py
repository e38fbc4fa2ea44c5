"""Ranks are written here: when a flag joins, when one leaves, and when a source's precision changed."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Q

import audit.services as audit
from common import bulk
from reviews import audit_actions
from reviews.choices import OPEN_CASE, FlagState
from reviews.models import Case, Flag, Source
from reviews.rules import rank
from staff.actors import Actor


class _FlagRow(NamedTuple):
    case_id: UUID
    flagged_at: datetime
    received_at: datetime
    source_id: UUID
    kind: str
    agreed: int
    disagreed: int
    policy_id: UUID
    severity: int
    hours_to_decide: int
    deadline: str | None


def rank_new(case: Case, flags: Iterable[Flag]) -> None:
    """The rank, gravest policy, source kinds and deadlines of a case (unsaved, with its account) follow from its first
    flags (unsaved, each with source and policy): no row is read, and none is written twice."""
    _ranked(case, [_of(flag) for flag in flags])


def rerank(case_ids: Iterable[UUID]) -> None:
    """The rank, gravest policy, source kinds and deadlines of these cases follow from their open flags.

    Takes ids of cases that the caller has locked. Set-based: three statements for any number, none for none.
    """
    wanted = list(case_ids)
    if not wanted:
        return
    by_case: dict[UUID, list[_FlagRow]] = defaultdict(list)
    for row in _open_flags(wanted):
        by_case[row.case_id].append(row)
    cases = Case.objects.filter(pk__in=by_case).select_related("account")
    _write([_ranked(case, by_case[case.pk]) for case in cases])


def _open_flags(case_ids: list[UUID]) -> Iterable[_FlagRow]:
    rows = Flag.objects.filter(case__in=case_ids, state=FlagState.OPEN).values_list(
        "case_id",
        "flagged_at",
        "received_at",
        "source_id",
        "source__kind",
        "source__agreed",
        "source__disagreed",
        "policy_id",
        "policy__severity",
        "policy__hours_to_decide",
        "legal_basis__deadline",
    )
    return (_FlagRow(*row) for row in rows)


def _of(flag: Flag) -> _FlagRow:
    return _FlagRow(
        case_id=flag.case_id,
        flagged_at=flag.flagged_at,
        received_at=flag.received_at,
        source_id=flag.source_id,
        kind=flag.source.kind,
        agreed=flag.source.agreed,
        disagreed=flag.source.disagreed,
        policy_id=flag.policy_id,
        severity=flag.policy.severity,
        hours_to_decide=flag.policy.hours_to_decide,
        deadline=(flag.legal_basis or {}).get("deadline"),
    )


def _ranked(case: Case, flags: list[_FlagRow]) -> Case:
    newest = max(flag.flagged_at for flag in flags)
    precisions = {flag.source_id: rank.precision(flag.agreed, flag.disagreed) for flag in flags}
    gravest = max(flags, key=lambda flag: (flag.severity, -flag.hours_to_decide))
    points = rank.parts(
        rank.RankFacts(
            severity=gravest.severity,
            followers=case.account.followers,
            precisions=tuple(precisions.values()),
            recent_flags=sum(newest - flag.flagged_at <= timedelta(hours=1) for flag in flags),
        )
    )
    deadlines = [datetime.fromisoformat(flag.deadline) for flag in flags if flag.deadline]
    case.policy_id = gravest.policy_id
    case.source_kinds = sorted({flag.kind for flag in flags})
    case.legal_deadline_at = min(deadlines) if deadlines else None
    case.due_at = case.legal_deadline_at or min(
        flag.received_at + timedelta(hours=flag.hours_to_decide) for flag in flags
    )
    case.rank_parts = points.as_json()
    case.serving_order = rank.serving_order(points, case.opened_at, case.legal_deadline_at)
    return case


def _write(cases: list[Case]) -> None:
    fields = ["policy", "source_kinds", "legal_deadline_at", "due_at", "rank_parts", "serving_order"]
    bulk.update(cases, fields)


@transaction.atomic
def refresh_precision(actor: Actor) -> int:
    """Every source's agreed and disagreed counts are right, and ranks follow where a precision moved by more than
    `rank.PRECISION_STEP`.

    Returns how many sources changed. Audit: source.precision_refreshed for each.
    """
    decided = (
        Count("flags", filter=Q(flags__state=FlagState.AGREED)),
        Count("flags", filter=Q(flags__state=FlagState.DISAGREED)),
    )
    changed: list[Source] = []
    moved: list[UUID] = []
    for source in Source.objects.annotate(now_agreed=decided[0], now_disagreed=decided[1]):
        before = source.agreed, source.disagreed
        now = source.now_agreed, source.now_disagreed
        if now == before:
            continue
        source.agreed, source.disagreed = now
        changed.append(source)
        if abs(rank.precision(*now) - rank.precision(*before)) > rank.PRECISION_STEP:
            moved.append(source.pk)
    bulk.update(changed, ["agreed", "disagreed"])
    audit.record_many(
        actor,
        audit_actions.PRECISION_REFRESHED,
        [([audit.subject("source", s.pk)], {"agreed": s.agreed, "disagreed": s.disagreed}) for s in changed],
    )
    if moved:
        rerank(_lock_cases_of(moved))
    return len(changed)


def _lock_cases_of(source_ids: list[UUID]) -> list[UUID]:
    """Open cases with an open flag of these sources; those that somebody is writing to now rank anew by themselves."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.id FROM reviews_case c
            WHERE c.state = ANY(%s)
              AND EXISTS (
                SELECT FROM reviews_flag f WHERE f.case_id = c.id AND f.state = 'open' AND f.source_id = ANY(%s)
              )
            ORDER BY c.id FOR UPDATE SKIP LOCKED
            """,
            [[str(state) for state in OPEN_CASE], source_ids],
        )
        return [row[0] for row in cursor.fetchall()]
