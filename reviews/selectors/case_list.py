"""The list of cases: a page of it in any order, and how many there are.

Each state is one range of the order's index (state, column, id). A page merges the first rows of each range, so that
any choice of states, in any order, on any page, reads a page's worth of rows per state and no more. With filters it
reads on until the page is full; where what fits is few, or lies together in that order, all of it is read and sorted.
Why: docs/decisions/0024-the-list-merges-index-ranges.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from django.db import connection
from django.db.models import Count, F, QuerySet, Value

from common.errors import Invalid
from common.keyset import Place, beyond
from reviews.choices import STANDING, CaseState
from reviews.models import Case, Claim, Decision, Flag
from reviews.rules import finding, rank
from reviews.rules.finding import Asked
from reviews.selectors import case_filters
from reviews.selectors.case_filters import Found
from staff.actors import Actor

PAGE_SIZE: Final = 50
COUNTED: Final = 10_000  # beyond this a count is an estimate
SURELY_MORE: Final = 40_000  # an estimate from here on is taken without counting
COUNTED_OF_DENSE: Final = 200
COUNTED_ON_TABS: Final = 1_000


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page's cases with account, platform and policy; the places of the pages before and after it (None where there
    is none), and how many cases lie before it, where that is known."""

    rows: list[Case]
    before: Place | None
    after: Place | None
    number: int | None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many there are: exactly, about so many, or (`is_least`) more than so many."""

    number: int
    is_about: bool = False
    is_least: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A case as the list shows it: the points of its rank now (None once it isn't open), how many flags it gathers, the
    claim that lives on it, and the decision that stands."""

    case: Case
    points: float | None
    flags: int
    claim: Claim | None
    decision: Decision | None


def kind_of(asked: Asked) -> type:
    """The type of the values that the list is ordered by."""
    return {"serving_order": float, "followers_order": int}.get(finding.SORTS[asked.sort], datetime)


def page_of(found: Found, asked: Asked, counted: Counted, *, place: Place | None, size: int = PAGE_SIZE) -> ListPage:
    """A page of what was found, in the order asked for, from `place` on (None: the first page). Takes how many were
    found, since the way of reading depends on it."""
    place = place or Place(is_back=False, number=0)
    keys = _keys(found, asked, place, size, whole=_is_read_whole(found, asked, counted)) if counted.number else []
    more, keys = len(keys) > size, keys[:size]
    if place.is_back:
        keys.reverse()
    number = _number(place, len(keys), more=more)
    has_before, has_after = (more, place.key is not None) if place.is_back else (place.key is not None, more)
    before = Place(True, *keys[0], number) if has_before and keys else None
    after = Place(False, *keys[-1], None if number is None else number + len(keys)) if has_after and keys else None
    return ListPage(_rows([pk for _, pk in keys]), before, after, number)


def _is_read_whole(found: Found, asked: Asked, counted: Counted) -> bool:
    """Whether all that fits is read and sorted. What was opened within a span lies together by rank, deadline and last
    flag, too: read in that order, it would be come to only after all the others."""
    if found.is_plain or found.is_narrow:
        return found.is_narrow
    lies_together = bool(asked.opened_from or asked.opened_to) and asked.sort in ("rank", "due", "last_flag")
    return lies_together or not (counted.is_about or counted.is_least)


def _keys(found: Found, asked: Asked, place: Place, size: int, *, whole: bool) -> list[tuple[Any, UUID]]:
    """Up to one more than `size` pairs (value, id), in the place's own direction."""
    column = finding.SORTS[asked.sort]
    sign = "-" if asked.is_descending != place.is_back else ""
    order = (f"{sign}key", f"{sign}id")
    rows = found.rows
    if place.key is not None:
        rows = rows.filter(beyond(column, place, is_descending=asked.is_descending))
    if whole:
        # the sum is the value itself, but no index's: the planner can't take to the order
        nothing = Value(timedelta(0) if kind_of(asked) is datetime else 0)
        rows = found.narrowed(rows).annotate(key=F(column) + nothing)
        return list(rows.order_by(*order).values_list("key", "id")[: size + 1])
    ranges = [rows.filter(state=state).annotate(key=F(column)) for state in found.states]
    pages: list[QuerySet[Case, Any]] = [one.order_by(*order).values_list("key", "id")[: size + 1] for one in ranges]
    if not pages:
        return []
    merged = pages[0] if len(pages) == 1 else pages[0].union(*pages[1:], all=True).order_by(*order)[: size + 1]
    return list(merged)


def _number(place: Place, shown: int, *, more: bool) -> int | None:
    if not place.is_back:
        return place.number
    if not more:
        return 0  # read back to the beginning
    return None if place.number is None else max(0, place.number - shown)


def _rows(ids: Sequence[UUID]) -> list[Case]:
    by_id = Case.objects.select_related("account__platform", "policy").in_bulk(ids) if ids else {}
    return [by_id[pk] for pk in ids if pk in by_id]


def rows_shown(page: ListPage, *, at: datetime) -> list[Row]:
    """The page's cases with what the list shows beside each: three statements for any number."""
    ids = [case.pk for case in page.rows]
    flags = dict(Flag.objects.filter(case__in=ids).values_list("case").annotate(flags=Count("pk")))
    live = Claim.objects.filter(case__in=ids, ended_at=None, expires_at__gt=at).select_related("holder")
    claims = {claim.case_id: claim for claim in live}
    standing = Decision.objects.filter(case__in=ids, state__in=STANDING)
    decisions = {decision.case_id: decision for decision in standing}
    return [
        Row(case, _points(case, at), flags.get(case.pk, 0), claims.get(case.pk), decisions.get(case.pk))
        for case in page.rows
    ]


def _points(case: Case, at: datetime) -> float | None:
    if not case.is_open or case.legal_deadline_at:
        return None
    return round(sum(line.points for line in rank.explain(case.rank_parts, case.opened_at, at)), 1)


def count(found: Found) -> Counted:
    """How many were found: counted up to COUNTED, estimated by the planner beyond."""
    estimate = 0 if found.is_dense or found.is_narrow else _estimate(found)
    if estimate >= SURELY_MORE:
        return Counted(_rounded(estimate), is_about=True)
    most = COUNTED_OF_DENSE if found.is_dense else COUNTED
    number = found.in_states.order_by()[: most + 1].count()
    if number <= most:
        return Counted(number)
    return Counted(most, is_least=True) if found.is_dense else Counted(_rounded(max(estimate, most)), is_about=True)


def _estimate(found: Found) -> int:
    plan = found.in_states.order_by().select_related(None).only("pk").explain(format="json")
    if not plan:  # nothing can fit, so nothing was asked
        return 0
    ((top,),) = (msgspec.json.decode(plan, type=list[dict[str, Any]]),)
    return int(top["Plan"]["Plan Rows"])


def _rounded(number: int) -> int:
    """To two digits."""
    return round(number, 2 - len(str(number)))


def counts_of(actor: Actor, wanted: Sequence[Asked], *, at: datetime) -> dict[Asked, Counted]:
    """How many each of `wanted` finds, up to COUNTED_ON_TABS: one statement for all.

    Left out are those that seek words, and those that ask for what isn't there any more, as a person who was renamed.
    """
    parts: list[str] = []
    values: list[Any] = []
    counted = []
    for asked in dict.fromkeys(one for one in wanted if not one.words):
        try:
            found = case_filters.found(actor, asked, at=at)
        except Invalid:
            continue
        counted.append(asked)
        sql, given = found.in_states.order_by().values("pk")[: COUNTED_ON_TABS + 1].query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS part)")  # noqa: S608  # Django's own, its values apart
        values += given
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), values)
        (numbers,) = cursor.fetchall()
    return {
        asked: Counted(min(number, COUNTED_ON_TABS), is_least=number > COUNTED_ON_TABS)
        for asked, number in zip(counted, numbers, strict=True)
    }


def accounts_of(found: Found, *, most: int) -> list[tuple[str, str]]:
    """The accounts of what was found and is still open, as (platform slug, external id), by rank: at most one more than
    `most`. One statement."""
    still = [state for state in found.states if state not in (CaseState.DECIDED, CaseState.CLOSED)]
    rows = found.rows.filter(state__in=still).order_by("-serving_order", "id")
    return list(rows.values_list("platform__slug", "account__external_id")[: most + 1])
