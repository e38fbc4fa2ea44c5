"""The list of all cases: searched, filtered, sorted, page by page; and the same under a saved view's address."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.choices import ProtectedClass
from accounts.models import Platform
from common import clock, keyset
from common.keyset import Place
from reviews.choices import CaseState, Outcome, Severity
from reviews.forms import ViewForm
from reviews.models import Policy, SavedView
from reviews.rules import finding
from reviews.rules.finding import Asked
from reviews.selectors import case_filters, case_list, case_search, saved_views
from reviews.selectors.case_list import PAGE_SIZE, ListPage
from reviews.selectors.policies import active_policies
from reviews.services.finding import find
from reviews.views import case_list_words as words
from reviews.views.door import actor_of
from staff.actors import Actor
from staff.choices import SourceKind
from staff.permissions import Permission

ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class Pages:
    """Links to other pages, "" where there is none; `begin` and `end` number this one's cases, where that is known."""

    first: str
    before: str
    after: str
    last: str
    begin: int | None
    end: int | None


@require_GET
def case_index(request: HttpRequest) -> HttpResponse:
    """The list; without any word in its address it shows what is open."""
    asked = read_asked(request.GET) if request.GET else Asked(states=(finding.OPEN,))
    return show(request, actor_of(request), asked)


@require_GET
def view_detail(request: HttpRequest, view: str) -> HttpResponse:
    """A saved view; in another order when the address says one."""
    actor = actor_of(request)
    saved = saved_views.get_view(actor, view)
    params = saved.params | ({"sort": request.GET.getlist("sort")} if "sort" in request.GET else {})
    return show(request, actor, finding.read(params), saved=saved)


def asked_along(params: QueryDict) -> Asked:
    """What the list asks for, as a form on it sends along."""
    return read_asked(QueryDict(params.get("asked", "")))


def read_asked(params: QueryDict) -> Asked:
    """What an address asks for. "all" as a state stands for no choice of states."""
    said = dict(params.lists())
    said["state"] = [state for state in said.get("state", []) if state != ALL]
    return finding.read(said)


def show(
    request: HttpRequest,
    actor: Actor,
    asked: Asked,
    *,
    saved: SavedView | None = None,
    naming: ViewForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The list's page. Takes the form that names a view when it had a fault."""
    at = clock.now()
    cursor = request.GET.get("cursor")
    place = keyset.decoded(cursor, kind=case_list.kind_of(asked)) if cursor else None
    answer = find(actor, asked, place=place, at=at, size=PAGE_SIZE)
    seen = list(saved_views.views_visible_to(actor))
    policies = list(active_policies())
    base = words.view_address(saved) if saved else words.address(asked)
    context = {
        "asked": asked,
        "query": words.query_of(asked),
        "chips": words.chips(asked, policies),
        "tabs": words.tabs(actor, asked, seen, saved, at),
        "views": seen,
        "view": saved,
        "may_change": saved is not None and saved_views.may_change(actor, saved),
        "naming": naming or ViewForm(initial=_initial(saved), auto_id="view-%s"),
        "rows": case_list.rows_shown(answer.page, at=at),
        "pages": _pages(answer.page, place, base, asked, is_sorted=saved is not None and "sort" in request.GET),
        "counted": words.counted_words(answer.counted),
        "sorts": words.sort_links(asked, _unsorted(saved, asked)),
        "orders": words.ORDERS,
        "sort": ("-" if asked.is_descending else "") + asked.sort,
        "droppable": [] if answer.page.rows or place else _droppable(actor, asked, policies),
        "words_as_of": case_search.words_known_until(at) if asked.words else None,
        "choices": _choices(policies),
        "may_ask": Permission.ASK_BATCH in actor.may,
        "me": actor.person().pk,
    }
    return render(request, "reviews/case_list.html", context, status=status)


def _initial(saved: SavedView | None) -> dict[str, object]:
    if saved is None:
        return {"is_pinned": True}
    return {"title": saved.title, "is_shared": saved.is_shared, "is_pinned": saved.is_pinned}


def _unsorted(saved: SavedView | None, asked: Asked) -> str:
    """The list's address without its order."""
    if saved is not None:
        return words.view_address(saved)
    params = {name: values for name, values in asked.as_params().items() if name != "sort"}
    return words.address(finding.read(params))


def _pages(page: ListPage, place: Place | None, base: str, asked: Asked, *, is_sorted: bool) -> Pages:
    if is_sorted:
        base = f"{base}?sort={'-' if asked.is_descending else ''}{asked.sort}"
    mark = "&" if "?" in base else "?"

    def link(to: Place | None) -> str:
        return f"{base}{mark}cursor={to.encoded()}" if to else ""

    begin = None if page.number is None else page.number + 1
    return Pages(
        first=base if page.before else "",
        before=link(page.before),
        after=link(page.after),
        last=link(keyset.LAST) if page.after else "",
        begin=begin,
        end=None if page.number is None else page.number + len(page.rows),
    )


def _droppable(actor: Actor, asked: Asked, policies: list[Policy]) -> list[words.Chip]:
    """Of the filters that found nothing together: those without which something is found."""
    at = clock.now()
    return [
        chip
        for name, chip in zip(asked.filters, words.chips(asked, policies), strict=True)
        if case_filters.found(actor, asked.without(name), at=at).in_states.exists()
    ]


def _choices(policies: list[Policy]) -> dict[str, object]:
    """What the filters offer."""
    return {
        "states": CaseState.choices,
        "policies": policies,
        "severities": Severity.values,
        "platforms": list(Platform.objects.order_by("slug")),
        "source_kinds": SourceKind.choices,
        "protected": [choice for choice in ProtectedClass.choices if choice[0]],
        "outcomes": Outcome.choices,
    }
