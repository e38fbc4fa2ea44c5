"""What the overview of statistics shows: the review's figures, and the topics."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from insights.selectors.answers import Asked, Row, Statistic
from insights.selectors.backlog import Backlog, at_the_count
from insights.selectors.statistics import get_statistic
from insights.selectors.topic_list import TopicLine, topic_lines
from insights.views.figures import HOUR, Column, Figure, Series, by_group, hours, over_time, with_digits
from staff.actors import Actor
from staff.choices import SourceKind
from staff.permissions import Permission


@dataclass(frozen=True)
class Overview:
    """The overview. `backlog` is None until it was first counted; `by_person` is None without the right to it."""

    backlog: Backlog | None
    backlog_at: datetime | None
    decided: Row
    decisions: Statistic
    time: Row | None
    followers: Row | None
    figures: list[Figure]
    by_person: Figure | None
    topics: list[TopicLine]


def overview(actor: Actor, asked: Asked) -> Overview:
    """The overview for a range of days (None: the usual ones)."""
    days = Asked(start=asked.start, end=asked.end)
    decisions = get_statistic(actor, "decisions", days)
    backlog = get_statistic(actor, "backlog", days)
    time = get_statistic(actor, "time-to-decision", days)
    followers = get_statistic(actor, "followers-at-detection", days)
    months = get_statistic(actor, "time-to-decision", Asked(group_by=("month",)))
    flags = get_statistic(actor, "flags", days)
    return Overview(
        backlog=at_the_count(backlog.refreshed_at) if backlog.refreshed_at else None,
        backlog_at=backlog.refreshed_at,
        decided=_total(decisions),
        decisions=decisions,
        time=months.rows[-1] if months.rows else None,
        followers=next((row for row in reversed(followers.rows) if row["n"]), None),
        figures=[
            *(_decisions(decisions), _backlog(backlog), _time(time), _followers(followers)),
            *(_flags(flags), _flags_by_kind(actor, flags), _after_governments(decisions)),
        ],
        by_person=_by_person(actor, days, decisions),
        topics=topic_lines(actor),
    )


def _total(decisions: Statistic) -> Row:
    names = [name for name, _meaning in decisions.definition.measures]
    return {name: sum(int(row[name] or 0) for row in decisions.rows) for name in names}


def _decisions(found: Statistic) -> Figure:
    return over_time(
        "decisions",
        _("Suspensions and keeps per day"),
        found,
        kind="bar",
        stacked=True,
        newest_first=True,
        unit=_("decisions"),
        series=[Series(_("Suspended"), "suspensions", 2), Series(_("Kept"), "keeps", 3)],
        columns=[
            Column(_("Suspended"), "suspensions"),
            Column(_("Kept"), "keeps"),
            Column(_("Reversed"), "reversals"),
        ],
    )


def _backlog(found: Statistic) -> Figure:
    return over_time(
        "backlog",
        _("Open cases at the end of the day"),
        found,
        newest_first=True,
        unit=_("cases"),
        series=[
            Series(_("Open cases"), "open"),
            Series(_("Flagged by a government"), "government_open", 2, dash=True),
        ],
        columns=[
            Column(_("Open"), "open"),
            Column(_("Government"), "government_open"),
            Column(_("Oldest"), "oldest_seconds", hours),
            Column(_("Opened"), "opened"),
            Column(_("Closed"), "closed"),
        ],
    )


def _time(found: Statistic) -> Figure:
    return over_time(
        "time",
        _("Time to decision"),
        found,
        newest_first=True,
        unit=_("hours"),
        digits=1,
        scale=HOUR,
        series=[Series(_("Median, hours"), "median"), Series(_("90th percentile, hours"), "p90", 2, dash=True)],
        columns=[
            Column(_("Median"), "median", hours),
            Column(_("90 %"), "p90", hours),
            Column(_("Decisions"), "n"),
        ],
    )


def _followers(found: Statistic) -> Figure:
    one = with_digits(1)
    return over_time(
        "followers",
        _("Followers at detection"),
        found,
        unit=_("followers"),
        digits=1,
        series=[Series(_("Mean"), "mean"), Series(_("Median"), "median", 2, dash=True)],
        columns=[
            Column(_("Mean"), "mean", one),
            Column(_("Median"), "median", one),
            Column(_("Accounts"), "n"),
            Column(_("Unknown"), "unknown"),
        ],
        note=_("By the month of each account’s first flag. Unknown: accounts whose followers were not known then."),
    )


def _flags(found: Statistic) -> Figure:
    return over_time(
        "flags",
        _("Flags received per day"),
        found,
        kind="bar",
        newest_first=True,
        unit=_("flags"),
        series=[Series(_("All"), "received"), Series(_("From governments"), "government_received", 2)],
        columns=[
            Column(_("All"), "received"),
            Column(_("Government"), "government_received"),
            Column(_("Order"), "order_received"),
            Column(_("Open"), "open"),
        ],
        note=_("Government: from a government. Order: with a legal order. Open: not answered yet."),
    )


def _flags_by_kind(actor: Actor, flags: Statistic) -> Figure:
    ranged = Asked(start=flags.start, end=flags.end, group_by=("source_kind",))
    return by_group(
        "kinds",
        _("Flags by kind of source"),
        get_statistic(actor, "flags", ranged),
        key_title=_("Source"),
        name=lambda kind: str(SourceKind(kind).label),
        columns=[
            Column(_("Received"), "received"),
            Column(_("With an order"), "order_received"),
            Column(_("Open"), "open"),
            Column(_("Agreed"), "agreed"),
            Column(_("Disagreed"), "disagreed"),
            Column(_("Withdrawn"), "withdrawn"),
            Column(_("Already actioned"), "already_actioned"),
            Column(_("Account gone"), "gone"),
        ],
        note=_("Received in this range, and what has become of them since."),
    )


def _after_governments(found: Statistic) -> Figure:
    return over_time(
        "governments",
        _("Decisions after a government’s flag"),
        found,
        kind="bar",
        stacked=True,
        newest_first=True,
        unit=_("decisions"),
        series=[
            Series(_("Suspended"), "government_suspensions", 2),
            Series(_("Kept"), "government_keeps", 3),
        ],
        columns=[
            Column(_("Suspended"), "government_suspensions"),
            Column(_("alone"), "only_government_suspensions"),
            Column(_("Kept"), "government_keeps"),
            Column(_("alone"), "only_government_keeps"),
        ],
        note=_("Decisions on cases that a government had flagged. Alone: nobody else had flagged them."),
    )


def _by_person(actor: Actor, asked: Asked, decisions: Statistic) -> Figure | None:
    if Permission.SEE_WORKLOAD not in actor.may:
        return None
    ranged = Asked(start=decisions.start, end=decisions.end, group_by=("person",))
    return by_group(
        "people",
        _("Decisions by person"),
        get_statistic(actor, "decisions", ranged),
        key_title=_("Who"),
        name=str,
        columns=[
            Column(_("Suspended"), "suspensions"),
            Column(_("Kept"), "keeps"),
            Column(_("Reversed"), "reversals"),
        ],
    )
