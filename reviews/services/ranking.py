"""Ranks are written here: when a flag joins and when one leaves."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from common import bulk
from reviews.choices import FlagState
from reviews.models import Case, Flag
from reviews.rules import rank


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
