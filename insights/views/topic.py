"""What a topic's page shows, for all months known or a range of them."""

from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from accounts.choices import MessengerGroup, Stance
from accounts.models import Topic
from accounts.selectors.topics import get_topic
from common.languages import language_name
from common.presentation import number
from insights.rules import periods
from insights.selectors.answers import Asked, Row, Statistic
from insights.selectors.statistics import get_statistic
from insights.views.figures import (
    Column,
    Figure,
    Series,
    by_group,
    month_name,
    over_time,
    period_name,
    ratio_text,
    with_digits,
)
from staff.actors import Actor
from staff.permissions import Permission

_MONTHS_COMPARED = 3
_MOST_LANGUAGES = 12
_STANCES = (Stance.PROMOTING, Stance.COUNTERING, Stance.NEUTRAL)


@dataclass(frozen=True)
class TopicPage:
    """A topic's page. `change` compares the last months with the first ones; None with too few months."""

    topic: Topic
    posts: Statistic
    change: Row | None
    change_statistic: Statistic | None
    ratio: Row | None
    ratio_statistic: Statistic
    accounts: Row | None
    accounts_statistic: Statistic
    suspended: Row | None
    suspended_statistic: Statistic
    missing: list[str]
    figures: list[Figure]


def topic_page(actor: Actor, slug: str, asked: Asked) -> TopicPage:
    """The page of a topic. Raises NotAllowed, NotFound; Invalid for a range that isn't of whole months."""
    actor.require(Permission.SEE_STATISTICS)
    topic = get_topic(slug)
    ask = _Asker(actor, replace(asked, topic=slug, group_by=None))
    posts = ask("topic-posts", "month")
    ratio, accounts = ask("topic-ratio"), ask("topic-accounts")
    suspended = ask("topic-platform-suspended", "month")
    change = _change(ask, posts)
    return TopicPage(
        topic=topic,
        posts=posts,
        change=change.rows[0] if change and change.rows else None,
        change_statistic=change,
        ratio=ratio.rows[0] if ratio.rows else None,
        ratio_statistic=ratio,
        accounts=accounts.rows[0] if accounts.rows else None,
        accounts_statistic=accounts,
        suspended=suspended.rows[-1] if suspended.rows else None,
        suspended_statistic=suspended,
        missing=_in_words(posts.missing),
        figures=_figures(ask, posts, suspended),
    )


@dataclass(frozen=True)
class _Asker:
    """Asks statistics of the same topic and range."""

    actor: Actor
    asked: Asked

    def __call__(self, name: str, *group_by: str, **more: date) -> Statistic:
        return get_statistic(self.actor, name, replace(self.asked, group_by=group_by, **more))  # type: ignore[arg-type]


def _change(ask: _Asker, posts: Statistic) -> Statistic | None:
    """The last three months with data against the first three."""
    months = [periods.parse_start(str(row["month"])) for row in posts.rows]
    if len(months) < 2 * _MONTHS_COMPARED:
        return None
    return ask(
        "topic-change",
        start=months[-_MONTHS_COMPARED],
        end=periods.month_end(months[-1]),
        compare_start=months[0],
        compare_end=periods.month_end(months[_MONTHS_COMPARED - 1]),
    )


def _in_words(missing: list[str]) -> list[str]:
    """Missing months as runs: "Sep 2013", "Mar 2015 to Apr 2015"."""
    found = periods.runs(periods.parse_start(label) for label in missing)
    return [
        month_name(first)
        if first == last
        else _("%(first)s to %(last)s") % {"first": month_name(first), "last": month_name(last)}
        for first, last in found
    ]


def _figures(ask: _Asker, posts: Statistic, suspended: Statistic) -> list[Figure]:
    return [
        _traffic(posts),
        _stances(ask("topic-posts", "month", "stance")),
        _ratio(ask("topic-ratio", "month")),
        _groups(ask("topic-ratio", "messenger_group")),
        _active(ask("topic-active-accounts", "month")),
        _followers(ask("topic-followers", "month")),
        _languages(ask("topic-languages", "language")),
        _suspended(suspended),
    ]


def _traffic(found: Statistic) -> Figure:
    return over_time(
        "traffic",
        _("Traffic: posts a day"),
        found,
        unit=_("posts a day"),
        digits=1,
        series=[Series(_("Posts a day"), "posts_per_day")],
        columns=[Column(_("Posts a day"), "posts_per_day", with_digits(1)), Column(_("Posts"), "posts")],
    )


def _stances(found: Statistic) -> Figure:
    """By month and stance: one row a month, one series a stance that there is."""
    present = [stance for stance in _STANCES if any(row["stance"] == stance for row in found.rows)]
    by_month: dict[str, Row] = {}
    for row in found.rows:
        month = str(row["month"])
        by_month.setdefault(month, {"month": month})[str(row["stance"])] = row["posts"]
    turned = replace(found, rows=list(by_month.values()))
    return over_time(
        "stances",
        _("Posts by stance"),
        turned,
        kind="bar",
        stacked=True,
        unit=_("posts"),
        series=[Series(str(stance.label), stance, tone) for tone, stance in _toned(present)],
        columns=[Column(str(stance.label), stance) for stance in present],
    )


def _toned(present: list[Stance]) -> list[tuple[int, Stance]]:
    tones = {Stance.PROMOTING: 2, Stance.COUNTERING: 3, Stance.NEUTRAL: 1}
    return [(tones[stance], stance) for stance in present]


def _ratio(found: Statistic) -> Figure:
    return over_time(
        "ratio",
        _("Countering posts for each promoting one"),
        found,
        digits=2,
        series=[Series(_("Countering : promoting"), "ratio", 3)],
        columns=[
            Column(_("Ratio"), "ratio", ratio_text),
            Column(_("Countering"), "countering"),
            Column(_("Promoting"), "promoting"),
        ],
        note=_("A month without promoting posts has no ratio: the line is broken there."),
    )


def _groups(found: Statistic) -> Figure:
    return by_group(
        "groups",
        _("Who speaks against it"),
        found,
        key_title=_("Group"),
        name=lambda key: str(MessengerGroup(key).label),
        unit=_("posts"),
        series=[Series(_("Countering posts"), "countering", 3)],
        columns=[Column(_("Countering"), "countering"), Column(_("to promoting"), "ratio", ratio_text)],
    )


def _active(found: Statistic) -> Figure:
    return over_time(
        "active",
        _("Active accounts"),
        found,
        unit=_("accounts"),
        series=[Series(_("Active accounts"), "active_accounts")],
        columns=[Column(_("Accounts"), "active_accounts")],
    )


def _followers(found: Statistic) -> Figure:
    one = with_digits(1)
    return over_time(
        "followers",
        _("Followers of active accounts"),
        found,
        unit=_("followers"),
        digits=1,
        series=[Series(_("Mean"), "mean"), Series(_("Median"), "median", 2, dash=True)],
        columns=[Column(_("Mean"), "mean", one), Column(_("Median"), "median", one), Column(_("Accounts"), "n")],
        note=_("A few accounts have most followers: the mean and the median tell different stories."),
    )


def _languages(found: Statistic) -> Figure:
    listed = found.rows[:_MOST_LANGUAGES]
    note = _("The %(count)s most frequent of %(all)s languages.") % {"count": len(listed), "all": len(found.rows)}
    return by_group(
        "languages",
        _("Languages"),
        replace(found, rows=listed),
        key_title=_("Language"),
        name=language_name,
        unit="%",
        digits=2,
        series=[Series(_("Share of posts, per cent"), "share_percent")],
        columns=[Column(_("Posts"), "posts"), Column(_("Share"), "share_percent", _percent)],
        note=note if len(found.rows) > len(listed) else "",
    )


def _suspended(found: Statistic) -> Figure:
    return by_group(
        "suspended",
        _("Suspended by the platform itself"),
        found,
        key_title=_("By"),
        name=lambda label: label if label == "unknown" else period_name("month", label),
        columns=[
            Column(_("Accounts"), "suspended"),
            Column(_("In all"), "cumulative"),
            Column(_("Mean followers"), "mean", with_digits(1)),
            Column(_("Median"), "median", with_digits(1)),
        ],
        note=_("What the platform did by itself, apart from decisions made here. The month is an upper bound."),
    )


def _percent(value: float | None) -> str:
    return f"{number(value, 2)} %"
