"""What every page's frame needs. The navigation shows only what the person may see."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import pgettext_lazy

from moderation.sample.sources import SOURCES
from moderation.script_words import script_words
from reviews.models import LegalOrder, Threat
from reviews.rules.humane import Preferences
from reviews.selectors import humane, orders, restrictions, threats
from staff import actors
from staff.models import ApiClient
from staff.permissions import Permission

_ENTRIES: Final = (
    (pgettext_lazy("navigation", "Queues"), "reviews:queue-list", Permission.SEE_QUEUES),
    (pgettext_lazy("navigation", "Cases"), "reviews:case-list", Permission.SEE_CASES),
    (pgettext_lazy("navigation", "Second looks"), "reviews:proposal-list", Permission.SEE_CASES),
    (pgettext_lazy("navigation", "Batches"), "reviews:batch-list", Permission.SEE_BATCHES),
    (pgettext_lazy("navigation", "Orders"), "reviews:order-list", Permission.SEE_ORDERS),
    (pgettext_lazy("navigation", "Sources"), "reviews:source-list", Permission.SEE_SOURCES),
    (pgettext_lazy("navigation", "Rules"), "reviews:rule-list", Permission.SEE_RULES),
    (pgettext_lazy("navigation", "Webhooks"), "reviews:webhook-list", Permission.SEE_WEBHOOKS),
    (pgettext_lazy("navigation", "Platforms"), "takedowns:platform-list", Permission.SEE_PLATFORMS),
    (pgettext_lazy("navigation", "People"), "reviews:person-list", Permission.MANAGE_STAFF),
    (pgettext_lazy("navigation", "Audit"), "insights:audit-list", Permission.SEE_AUDIT),
    (pgettext_lazy("navigation", "Statistics"), "insights:statistics-overview", Permission.SEE_STATISTICS),
)


_SECTIONS: Final = {
    "case-list": "list",
    "case-together": "list",
    "view": "list",
    "case": "queue",
    "account": "queue",
    "organisation": "source",
    "award": "source",
    "threat": "order",
    "restriction": "queue",
}


@dataclass(frozen=True)
class NavEntry:
    """One link of the navigation; `current` when the page shown lies below it."""

    label: str
    url: str
    current: bool


def navigation(request: HttpRequest) -> dict[str, object]:
    """`nav`, `may_search`, `minds_orders`, `order_alerts`, `threat_alerts`, `minds_restrictions`, `preferences` and
    `script_words` (what scripts say) for `base.html`; `is_demonstration`, for the first page to say that flags are
    generated.

    All are looked up only when a template asks, so that an error page needs no database.
    """
    return {
        "nav": SimpleLazyObject(lambda: _entries(request)),
        "may_search": SimpleLazyObject(lambda: _may(request, Permission.SEE_CASES)),
        "minds_orders": SimpleLazyObject(lambda: _may(request, Permission.MANAGE_ORDERS)),
        "order_alerts": SimpleLazyObject(lambda: _order_alerts(request)),
        "script_words": script_words,
        "threat_alerts": SimpleLazyObject(lambda: _threat_alerts(request)),
        "preferences": SimpleLazyObject(lambda: _preferences(request)),
        "minds_restrictions": SimpleLazyObject(lambda: _minds_restrictions(request)),
        "is_demonstration": SimpleLazyObject(_is_demonstration),
    }


def _may(request: HttpRequest, permission: Permission) -> bool:
    """Whether the person who is signed in may do this."""
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated and permission in actors.person(user).may


def _order_alerts(request: HttpRequest) -> list[LegalOrder]:
    """Orders past half their time that nobody has answered or confirmed, for those who mind them."""
    user = getattr(request, "user", None)
    return orders.alerting(actors.person(user)) if user is not None and user.is_authenticated else []


def _threat_alerts(request: HttpRequest) -> list[Threat]:
    """Threats against staff that nobody has seen to, for those who do."""
    user = getattr(request, "user", None)
    return threats.alerting(actors.person(user)) if user is not None and user.is_authenticated else []


def _preferences(request: HttpRequest) -> Preferences:
    """What the person who is signed in chose, so that the first painted page obeys it."""
    user = getattr(request, "user", None)
    return humane.preferences_of(user if user is not None and user.is_authenticated else None)


def _minds_restrictions(request: HttpRequest) -> bool:
    """Whether alerts to restricted material are for the person who is signed in. The page fetches them by itself."""
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated and restrictions.minds(actors.person(user))


def _is_demonstration() -> bool:
    """Whether the demonstration's sources are here: what they flagged is generated."""
    return ApiClient.objects.filter(name__in=SOURCES.values()).exists()


def _entries(request: HttpRequest) -> list[NavEntry]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    may = actors.person(user).may
    return [_entry(request, str(label), name) for label, name, permission in _ENTRIES if permission in may]


def _entry(request: HttpRequest, label: str, name: str) -> NavEntry:
    url = reverse(name)
    here = request.resolver_match.view_name if request.resolver_match else ""
    return NavEntry(label, url, current=_section(here) == _section(name))


def _section(view_name: str) -> str:
    """ "reviews:batch-detail" and "reviews:batch-list" are one section; a case is worked from the queues, and all of
    them are a section of their own."""
    app, _colon, name = view_name.partition(":")
    noun = name.partition("-")[0]
    return f"{app}:{_SECTIONS.get(name) or _SECTIONS.get(noun, noun)}"
