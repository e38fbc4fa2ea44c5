"""The naive recount: every figure from raw rows in plain Python, sharing nothing with the rollups' SQL."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from accounts.models import Activity, Observation, TrackedAccount
from reviews.models import Case, Decision, Flag

COUNTED = {"pending", "effective", "reversed"}
GOVERNMENTS = {"government", "government_body"}
COLUMN = {"suspend": "suspensions", "keep": "keeps"}


def percentile(values: list[float], share: Fraction) -> float | None:
    """Linear interpolation between neighbours, in exact arithmetic."""
    if not values:
        return None
    ordered = [Fraction(value) for value in sorted(values)]
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (place - low) * (ordered[high] - ordered[low]))


def spread(values: Iterable[float | int | None]) -> dict[str, Any]:
    """n, unknown, mean, median, p90, maximum, zeros."""
    found = list(values)
    known = [value for value in found if value is not None]
    return {
        "n": len(known),
        "unknown": len(found) - len(known),
        "mean": float(sum(map(Fraction, known)) / len(known)) if known else None,
        "median": percentile(known, Fraction(1, 2)),
        "p90": percentile(known, Fraction(9, 10)),
        "maximum": max(known, default=None),
        "zeros": sum(value == 0 for value in known),
    }


def flags(group: Callable[[Flag], str] = lambda flag: "") -> dict[tuple[date, str], Counter[str]]:
    """By day of receipt and `group`: flags received and in each state, those of governments and with an order apart."""
    days: dict[tuple[date, str], Counter[str]] = defaultdict(Counter)
    for flag in Flag.objects.select_related("source", "account__platform", "policy"):
        apart = {"": True, "government_": flag.source.kind in GOVERNMENTS, "order_": flag.legal_basis is not None}
        for prefix, belongs in apart.items():
            for name in ("received", flag.state):
                days[flag.received_at.date(), group(flag)][prefix + name] += belongs
    return dict(days)


def decisions() -> dict[date, Counter[str]]:
    """By day: suspensions, keeps, reversals, and apart those that followed a government's flag, or nothing else.

    What the case held is told from its flags, not from what the decision kept."""
    days: dict[date, Counter[str]] = defaultdict(Counter)
    for row in Decision.objects.all():
        if row.state in COUNTED:
            day = days[row.decided_at.date()]
            if row.reverses_id and not row.claim_id and not row.batch_id:
                day["reversals"] += 1
                continue
            held = Flag.objects.filter(case=row.case_id, received_at__lte=row.decided_at).exclude(state="withdrawn")
            kinds = set(held.values_list("source__kind", flat=True))
            day[COLUMN[row.outcome]] += 1
            day[f"government_{COLUMN[row.outcome]}"] += bool(kinds & GOVERNMENTS)
            day[f"only_government_{COLUMN[row.outcome]}"] += bool(kinds) and kinds <= GOVERNMENTS
    return dict(days)


def waits(month: bool = False) -> dict[date, dict[str, Any]]:
    """Time to decision, by day or month."""
    periods: dict[date, list[float]] = defaultdict(list)
    for row in Decision.objects.select_related("case"):
        if row.state in COUNTED and not row.reverses_id and not row.batch_id:
            day = row.decided_at.date()
            wait = row.decided_at - row.case.opened_at
            periods[day.replace(day=1) if month else day].append(wait / timedelta(microseconds=1) / 1e6)
    return {period: spread(values) for period, values in periods.items()}


def backlog(day: date) -> tuple[int, int, datetime | None]:
    """Open cases at the end of `day`, how many of them a government had flagged, and when the oldest was opened."""
    end = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    still = [
        case
        for case in Case.objects.prefetch_related("flags__source")
        if case.opened_at < end and (case.closed_at is None or case.closed_at >= end)
    ]
    flagged = [
        any(flag.source.kind in GOVERNMENTS and flag.received_at < end for flag in case.flags.all()) for case in still
    ]
    return len(still), sum(flagged), min((case.opened_at for case in still), default=None)


def detections() -> dict[date, dict[str, Any]]:
    """Followers at each account's first flag, by month."""
    first: dict[Any, Flag] = {}
    for flag in Flag.objects.select_related("snapshot"):
        known = first.get(flag.account_id)
        if known is None or (flag.flagged_at, flag.pk) < (known.flagged_at, known.pk):
            first[flag.account_id] = flag
    months: dict[date, list[int | None]] = defaultdict(list)
    for flag in first.values():
        months[flag.flagged_at.astimezone(UTC).date().replace(day=1)].append(flag.snapshot.followers)
    return {month: spread(values) for month, values in months.items()}


def observed(topic: Any) -> dict[tuple[date, str], Counter[str]]:
    """By (month, stance): posts and active accounts; by (month, language): posts."""
    cells: dict[tuple[date, str], Counter[str]] = defaultdict(Counter)
    tracked = {row.account_id: row for row in TrackedAccount.objects.filter(topic=topic)}
    for seen in Observation.objects.filter(account__in=tracked):
        cell = cells[seen.month, tracked[seen.account_id].stance]
        cell["posts"] += seen.posts
        cell["active_accounts"] += seen.posts > 0
        for language, posts in seen.languages.items():
            cells[seen.month, f"language:{language or 'und'}"]["posts"] += posts
    return dict(cells)


def tallied(topic: Any) -> dict[tuple[date, str], int]:
    """By (month, stance): posts."""
    cells: Counter[tuple[date, str]] = Counter()
    for row in Activity.objects.filter(topic=topic):
        cells[row.day.replace(day=1), row.stance] += row.posts
    return dict(cells)


def topic_followers(topic: Any) -> dict[date, dict[str, Any]]:
    """Followers of active accounts, by month."""
    months: dict[date, list[int | None]] = defaultdict(list)
    for seen in Observation.objects.filter(account__tracked_for__topic=topic, posts__gt=0):
        months[seen.month].append(seen.followers_last)
    return {month: spread(values) for month, values in months.items()}


def topic_accounts(topic: Any) -> dict[None, dict[str, Any]]:
    """Followers of tracked accounts as last known; nothing when none is tracked."""
    values = [row.account.followers for row in TrackedAccount.objects.filter(topic=topic).select_related("account")]
    return {None: spread(values)} if values else {}
