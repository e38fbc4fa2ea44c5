"""Ranks are written here: when a flag joins and when one leaves."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import msgspec
from django.db import connection

from reviews.rules import rank
from reviews.rules.lanes import LaneFacts, follower_band, needed
from reviews.services import lanes

_OPEN_FLAGS = """
    SELECT c.id, c.opened_at, c.platform_id, c.language, a.followers, a.protected_class, a.clearances,
           f.flagged_at, f.received_at, f.source_id, s.kind, s.agreed, s.disagreed,
           p.id, p.severity, p.hours_to_decide, claimed.clearance,
           coalesce(o.deadline_at, (f.legal_basis ->> 'deadline')::timestamptz),
           EXISTS (
               SELECT FROM reviews_flood fl
               WHERE fl.source_id = f.source_id AND f.received_at >= fl.began_at
                 AND (fl.ended_at IS NULL OR f.received_at < fl.ended_at)
           )
    FROM reviews_flag f
    JOIN reviews_source s ON s.id = f.source_id
    JOIN reviews_case c ON c.id = f.case_id
    JOIN reviews_policy claimed ON claimed.id = f.policy_id
    JOIN reviews_policy p
      ON p.id = CASE WHEN f.received_at <= c.routed_at THEN c.routed_policy_id ELSE f.policy_id END
    JOIN accounts_account a ON a.id = c.account_id
    LEFT JOIN reviews_legalorder o ON o.flag_id = f.id
    WHERE f.case_id = ANY(%s) AND f.state = 'open'
"""
_WRITE = """
    UPDATE reviews_case c
    SET policy_id = given.policy_id, lane_id = given.lane_id, source_kinds = given.source_kinds,
        legal_deadline_at = given.legal_deadline_at, due_at = given.due_at,
        rank_parts = given.rank_parts, serving_order = given.serving_order
    FROM jsonb_to_recordset(%s::jsonb) AS given (
        case_id uuid, policy_id uuid, lane_id int, source_kinds text[], legal_deadline_at timestamptz,
        due_at timestamptz, rank_parts jsonb, serving_order double precision
    )
    WHERE c.id = given.case_id
"""


class RankedFlag(NamedTuple):
    """What a case's rank takes from one of its open flags. `deadline` is its order's, if it carries one. The policy is
    the one that it counts under: a person may have moved the case to another since; `clearance` is what the claimed
    one asks for."""

    flagged_at: datetime
    received_at: datetime
    source_id: UUID
    kind: str
    agreed: int
    disagreed: int
    policy_id: UUID
    severity: int
    hours_to_decide: int
    clearance: str
    deadline: datetime | None
    in_flood: bool

    @property
    def precision(self) -> float:
        """How often the flag's source is right."""
        return rank.precision(self.agreed, self.disagreed)


class RankedCase(NamedTuple):
    """What a case's rank and its lane take from the case itself and from its account."""

    id: UUID
    opened_at: datetime
    platform_id: UUID
    language: str
    followers: int | None
    protected_class: str
    clearances: Sequence[str]


class CaseRank(msgspec.Struct):
    """What follows for a case from its open flags, as stored on it."""

    case_id: UUID
    policy_id: UUID
    lane: LaneFacts
    source_kinds: list[str]
    legal_deadline_at: datetime | None
    due_at: datetime
    rank_parts: dict[str, float | int | None]
    serving_order: float
    lane_id: int = 0


def rerank(case_ids: Iterable[UUID]) -> None:
    """The rank, gravest policy, lane, source kinds and deadlines of these cases follow from their open flags.

    Takes ids of cases that the caller has locked. Set-based: three statements for any number, none for none.
    """
    wanted = list(case_ids)
    if not wanted:
        return
    cases: dict[UUID, RankedCase] = {}
    flags: dict[UUID, list[RankedFlag]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_FLAGS, [wanted])
        for row in cursor.fetchall():
            cases[row[0]] = RankedCase(*row[:_OF_CASE])
            flags[row[0]].append(RankedFlag(*row[_OF_CASE:]))
        ranks = [ranked(case, flags[pk]) for pk, case in cases.items()]
        put_into_lanes(ranks)
        cursor.execute(_WRITE, [msgspec.json.encode(ranks).decode()])


def put_into_lanes(ranks: Sequence[CaseRank]) -> None:
    """Each of `ranks` has the id of its lane."""
    lane_ids = lanes.ids_of([one.lane for one in ranks])
    for one in ranks:
        one.lane_id = lane_ids[one.lane]


def ranked(case: RankedCase, flags: Sequence[RankedFlag]) -> CaseRank:
    """The rank, gravest policy, lane (without its id), source kinds and deadlines of a case with these open flags (one
    or more)."""
    gravest = max(flags, key=lambda flag: (flag.severity, -flag.hours_to_decide))
    points = rank.parts(rank.facts_of(flags, case.followers))
    deadlines = [flag.deadline for flag in flags if flag.deadline]
    deadline = min(deadlines) if deadlines else None
    kinds = sorted({flag.kind for flag in flags})
    return CaseRank(
        case_id=case.id,
        policy_id=gravest.policy_id,
        lane=LaneFacts(
            platform_id=case.platform_id,
            policy_id=gravest.policy_id,
            language=case.language,
            source_kinds=tuple(kinds),
            protected_class=case.protected_class,
            follower_band=follower_band(case.followers),
            clearances=needed((*case.clearances, *(flag.clearance for flag in flags))),
        ),
        source_kinds=kinds,
        legal_deadline_at=deadline,
        due_at=deadline or min(flag.received_at + timedelta(hours=flag.hours_to_decide) for flag in flags),
        rank_parts=points.as_json(),
        serving_order=rank.serving_order(points, case.opened_at, deadline),
    )


_OF_CASE = len(RankedCase._fields)
