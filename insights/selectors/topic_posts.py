"""Posts on a topic, active accounts, the ratio of stances, languages, and change between periods."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q, Sum
from django.utils.translation import gettext as _

from accounts.choices import Stance
from common.errors import Invalid
from insights.definitions import Definition, Grouping
from insights.models import TopicCell, TopicLanguage
from insights.rules import figures, periods
from insights.selectors.answers import Asked, Row, Statistic, dimension_of, grain_of
from insights.selectors.topics import TopicView, answer, topic_view

_NAMED = {"platform": "platform__slug"}
_MONTHS_COMPARED = 3


def posts(definition: Definition, group_by: Grouping, asked: Asked, as_of: datetime) -> Statistic:
    """Posts by month or in the whole range, whole or by one group. A group silent in a watched month posted 0."""
    view = topic_view(asked, as_of)
    sums = _sums(view.of(TopicCell.objects.all()), group_by, posts=Sum("posts"), reposts=Sum("reposts"))
    rows = []
    for key, found in _filled(sums, group_by, view.watched, {"posts": 0, "reposts": 0}):
        days = view.watched[key[0]] if grain_of(group_by) else view.days
        counted = {**found, "days": days, "posts_per_day": figures.ratio(found["posts"], days)}
        rows.append(_labelled(group_by, key) | counted)
    return answer(definition, group_by, view, as_of, rows if view.watched else [])


def active_accounts(definition: Definition, group_by: Grouping, asked: Asked, as_of: datetime) -> Statistic:
    """Tracked accounts that posted, by month. Only observations can tell."""
    view = topic_view(replace(asked, source="observations"), as_of)
    sums = _sums(view.of(TopicCell.objects.all()), group_by, active_accounts=Sum("active_accounts"))
    filled = _filled(sums, group_by, view.watched, {"active_accounts": 0})
    return answer(definition, group_by, view, as_of, [_labelled(group_by, key) | found for key, found in filled])


def stance_ratio(definition: Definition, group_by: Grouping, asked: Asked, as_of: datetime) -> Statistic:
    """Countering to promoting posts. By messenger group, the group's countering to all promoting ones."""
    view = topic_view(asked, as_of)
    cells = view.of(TopicLanguage.objects.all()) if "language" in group_by else view.of(TopicCell.objects.all())
    stances = {
        "countering": Sum("posts", filter=Q(stance=Stance.COUNTERING), default=0),
        "promoting": Sum("posts", filter=Q(stance=Stance.PROMOTING), default=0),
    }
    sums = _sums(cells, group_by, **stances)
    all_promoting = sum(found["promoting"] for found in sums.values())
    rows = []
    for key, found in _filled(sums, group_by, view.watched, {"countering": 0, "promoting": 0}):
        promoting = all_promoting if "messenger_group" in group_by else found["promoting"]
        counted = {"countering": found["countering"], "promoting": promoting}
        rows.append(_labelled(group_by, key) | {"ratio": figures.ratio(found["countering"], promoting)} | counted)
    return answer(definition, group_by, view, as_of, rows if view.watched else [])


def languages(definition: Definition, group_by: Grouping, asked: Asked, as_of: datetime) -> Statistic:
    """Posts by language with shares, most posts first (within a month, oldest first)."""
    view = topic_view(asked, as_of)
    sums = _sums(view.of(TopicLanguage.objects.all()), group_by, posts=Sum("posts"))
    whole: dict[Any, int] = {}
    other = [place for place, name in enumerate(group_by) if name != "language"]
    for key, found in sums.items():
        part = tuple(key[place] for place in other)
        whole[part] = whole.get(part, 0) + found["posts"]
    rows = []
    for key, found in sums.items():
        share = figures.percent(found["posts"], whole[tuple(key[place] for place in other)])
        rows.append(_labelled(group_by, key) | {"posts": found["posts"], "share_percent": share})
    rows.sort(key=lambda row: (str(row.get("month", "")), -int(row["posts"] or 0), str(row["language"])))
    return answer(definition, group_by, view, as_of, rows)


def change(definition: Definition, group_by: Grouping, asked: Asked, as_of: datetime) -> Statistic:
    """Posts per day watched in a period against those in another, and the change in per cent."""
    after_asked, before_asked = _compared(asked, as_of)
    after, before = topic_view(after_asked, as_of), topic_view(before_asked, as_of)
    counted = [_sums(view.of(TopicCell.objects.all()), group_by, posts=Sum("posts")) for view in (after, before)]
    keys = sorted({*counted[0], *counted[1]}) if group_by else [()]
    now, then = ({key: found["posts"] or 0 for key, found in sums.items()} for sums in counted)
    rows = [
        _labelled(group_by, key) | _change(now.get(key, 0), then.get(key, 0), after=after, before=before)
        for key in keys
    ]
    gaps = replace(after, missing=sorted({*after.missing, *before.missing}))
    return answer(definition, group_by, gaps, as_of, rows)


def _change(posts_after: int, posts_before: int, *, after: TopicView, before: TopicView) -> Row:
    rate, former = figures.ratio(posts_after, after.days), figures.ratio(posts_before, before.days)
    return {
        "change_percent": figures.change_percent(former, rate),
        "posts_per_day": rate,
        "before_posts_per_day": former,
        "posts": posts_after if after.days else None,
        "before_posts": posts_before if before.days else None,
        "days": after.days,
        "before_days": before.days,
        "from": _text(after.start),
        "to": _text(after.end),
        "compare_from": _text(before.start),
        "compare_to": _text(before.end),
    }


def _compared(asked: Asked, as_of: datetime) -> tuple[Asked, Asked]:
    """Both periods as questions: asked, else the last three months known, and as many months just before."""
    end = asked.end or topic_view(replace(asked, start=None, end=None), as_of).end
    if end is None:
        return asked, asked
    start = asked.start or periods.month_after(end, 1 - _MONTHS_COMPARED)
    length = len(periods.months_between(start, end))
    if (asked.compare_start is None) != (asked.compare_end is None):
        raise Invalid(_("compare_from, compare_to: give both, or neither."), fields={"compare_to": _("give both")})
    compare_start = asked.compare_start or periods.month_after(start, -length)
    compare_end = asked.compare_end or periods.month_end(periods.month_after(start, -1))
    return replace(asked, start=start, end=end), replace(asked, start=compare_start, end=compare_end)


def _sums(cells: Any, group_by: Grouping, **sums: Any) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Sums by the grouping's key; the empty key stands for the whole."""
    names = {f"{name}_key": F(_NAMED.get(name, name)) for name in group_by}
    summed = {f"{name}_sum": value for name, value in sums.items()}
    if not names:
        found = cells.aggregate(**summed)
        return {(): {name: found[f"{name}_sum"] for name in sums}}
    return {
        tuple(one[name] for name in names): {name: one[f"{name}_sum"] for name in sums}
        for one in cells.values(**names).annotate(**summed).order_by(*names)
    }


def _filled(
    sums: dict[tuple[Any, ...], dict[str, Any]], group_by: Grouping, watched: Iterable[date], none: dict[str, int]
) -> list[tuple[tuple[Any, ...], dict[str, Any]]]:
    """In order, with a 0 for each group in each watched month in which it was silent."""
    if not grain_of(group_by):
        return [(key, {name: value or 0 for name, value in found.items()}) for key, found in sums.items()]
    groups = sorted({key[1:] for key in sums}) if dimension_of(group_by) else [()]
    keys = [(month, *group) for month in watched for group in groups]
    return [(key, sums.get(key, none)) for key in keys]


def _labelled(group_by: Grouping, key: tuple[Any, ...]) -> Row:
    return {
        name: periods.label(name, value) if isinstance(value, date) else value
        for name, value in zip(group_by, key, strict=True)
    }


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
