"""The list's words: chips for the filters in force, tabs, links to orders, and how many there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.choices import ProtectedClass
from common.languages import language_name
from common.presentation import listed, number
from reviews.choices import CaseState, Outcome
from reviews.models import Policy, SavedView
from reviews.rules import finding
from reviews.rules.finding import OPEN, Asked
from reviews.selectors import case_list
from reviews.selectors.case_list import Counted
from reviews.selectors.saved_views import MOST_TABS
from staff.actors import Actor
from staff.choices import SourceKind
from staff.permissions import Permission

_LABELS: Final = {
    "words": gettext_lazy("words"),
    "states": gettext_lazy("state"),
    "policies": gettext_lazy("policy"),
    "severities": gettext_lazy("severity"),
    "languages": gettext_lazy("language"),
    "platforms": gettext_lazy("platform"),
    "source_kinds": gettext_lazy("flagged by"),
    "protected": gettext_lazy("protected"),
    "followers_from": gettext_lazy("followers from"),
    "followers_to": gettext_lazy("followers to"),
    "opened_from": gettext_lazy("opened from"),
    "opened_to": gettext_lazy("opened to"),
    "is_past_due": gettext_lazy("past its time"),
    "holder": gettext_lazy("held by"),
    "outcome": gettext_lazy("outcome"),
}
_CHOICES: Final[dict[str, Mapping[str, object]]] = {
    "states": {OPEN: gettext_lazy("open"), **dict(CaseState.choices)},
    "source_kinds": dict(SourceKind.choices),
    "protected": dict(ProtectedClass.choices),
    "outcome": dict(Outcome.choices),
    "holder": {finding.ME: gettext_lazy("me")},
}
SORT_WORDS: Final = {
    "rank": gettext_lazy("Rank"),
    "opened": gettext_lazy("Waiting"),
    "due": gettext_lazy("Due"),
    "followers": gettext_lazy("Followers"),
    "last_flag": gettext_lazy("Last flag"),
}
ORDERS: Final = [
    ("-rank", gettext_lazy("Rank, highest first")),
    ("due", gettext_lazy("Due, soonest first")),
    ("opened", gettext_lazy("Opened, oldest first")),
    ("-opened", gettext_lazy("Opened, newest first")),
    ("-followers", gettext_lazy("Followers, most first")),
    ("followers", gettext_lazy("Followers, fewest first")),
    ("-last_flag", gettext_lazy("Last flag, newest first")),
    ("last_flag", gettext_lazy("Last flag, oldest first")),
    ("-due", gettext_lazy("Due, latest first")),
    ("rank", gettext_lazy("Rank, lowest first")),
]
_FIRST_DOWN: Final = {"rank", "followers", "last_flag"}  # what a first click on the column shows greatest first


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, and the list without it."""

    words: str
    without: str


@dataclass(frozen=True, slots=True)
class Tab:
    """A view that is one click away. `count` is None where it isn't counted."""

    title: str
    url: str
    count: Counted | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class SortLink:
    """A column's heading: the list by it, and which way it is sorted now ("" when by another)."""

    words: str
    url: str
    direction: str


def address(asked: Asked) -> str:
    """The list's own address. The bare one shows open cases, so that all cases are asked for as such."""
    return reverse("reviews:case-list") + "?" + (query_of(asked) or "state=all")


def query_of(asked: Asked) -> str:
    """What is asked, as a query string without its question mark."""
    return urlencode(asked.as_params(), doseq=True)


def chips(asked: Asked, policies: Sequence[Policy]) -> list[Chip]:
    """The filters in force, each with the list without it."""
    titles = {policy.code: policy.title for policy in policies}
    return [Chip(_chip(asked, name, titles), address(asked.without(name))) for name in asked.filters]


def _chip(asked: Asked, name: str, titles: Mapping[str, str]) -> str:
    value = getattr(asked, name)
    if name == "is_past_due":
        return str(_LABELS[name])
    values = value if isinstance(value, tuple) else (value,)
    return f"{_LABELS[name]}: {listed(_value(name, one, titles) for one in values)}"


def _value(name: str, value: object, titles: Mapping[str, str]) -> str:
    if name == "policies":
        return titles.get(str(value), str(value))
    if name == "languages":
        return language_name(str(value))
    if name.startswith("followers"):
        return number(float(str(value)))
    return str(_CHOICES.get(name, {}).get(str(value), value))


def sort_links(asked: Asked, base: str) -> dict[str, SortLink]:
    """Each order's heading. Takes the address that the list is shown under, without an order."""
    return {name: _sort_link(asked, name, base) for name in finding.SORTS}


def _sort_link(asked: Asked, name: str, base: str) -> SortLink:
    is_current = asked.sort == name
    down = not asked.is_descending if is_current else name in _FIRST_DOWN
    url = f"{base}{'&' if '?' in base else '?'}sort={'-' if down else ''}{name}"
    direction = ("descending" if asked.is_descending else "ascending") if is_current else ""
    return SortLink(str(SORT_WORDS[name]), url, direction)


def tabs(actor: Actor, asked: Asked, saved: Sequence[SavedView], current: SavedView | None, at: datetime) -> list[Tab]:
    """The views that everybody has, then the first pinned ones of `saved`. What they find is counted in one statement;
    views that seek words aren't counted."""
    given = [(str(title), address(one), one, False) for title, one in _given(actor)]
    pinned = [view for view in saved if view.is_pinned][:MOST_TABS]
    given += [(view.title, view_address(view), finding.read(view.params), view == current) for view in pinned]
    counts = case_list.counts_of(actor, [one for _title, _url, one, _is_current in given], at=at)
    same = replace(asked, sort="rank", is_descending=True)
    return [
        Tab(title, url, counts.get(one), is_current or (current is None and not one.words and one == same))
        for title, url, one, is_current in given
    ]


def view_address(view: SavedView) -> str:
    """A saved view's own address."""
    return reverse("reviews:view-detail", args=[view.slug])


def _given(actor: Actor) -> list[tuple[str, Asked]]:
    found = [
        (_("Open"), Asked(states=(OPEN,))),
        (_("Past their time"), Asked(states=(OPEN,), is_past_due=True)),
        (_("Protected"), Asked(states=(OPEN,), protected=tuple(filter(None, ProtectedClass.values)))),
    ]
    if Permission.WORK_CASES in actor.may:
        found.append((_("Held by me"), Asked(states=(OPEN,), holder=finding.ME)))
    return [*found, (_("Decided"), Asked(states=(CaseState.DECIDED,)))]


def counted_words(counted: Counted) -> str:
    """ "1,284", "about 850,000", "more than 200"."""
    text = number(counted.number)
    if counted.is_least:
        return _("more than %(count)s") % {"count": text}
    return _("about %(count)s") % {"count": text} if counted.is_about else text
