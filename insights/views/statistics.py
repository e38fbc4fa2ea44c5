"""Pages of statistics: the overview, a topic, the definitions, and exports."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from insights.forms import read_question
from insights.selectors.definitions import current_definitions, get_published
from insights.services import exporting
from insights.views.door import actor_of
from insights.views.overview import overview as overview_of
from insights.views.topic import topic_page


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """The review's figures and the topics, for a range of days."""
    page = overview_of(actor_of(request), read_question(request.GET.dict()))
    return render(request, "insights/statistics_overview.html", {"page": page})


@require_GET
def topic_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A topic's figures, for all months or a range of them."""
    page = topic_page(actor_of(request), slug, read_question(request.GET.dict()))
    return render(request, "insights/topic_detail.html", {"page": page})


@require_GET
def definition_list(request: HttpRequest) -> HttpResponse:
    """What each published number means."""
    rows = current_definitions(actor_of(request))
    return render(request, "insights/definition_list.html", {"definitions": rows})


@require_GET
def definition_detail(request: HttpRequest, name: str) -> HttpResponse:
    """What one published number means, and what it meant before."""
    page = get_published(actor_of(request), name)
    return render(request, "insights/definition_detail.html", {"page": page, "definition": page.definition})


@require_POST
def statistic_export(request: HttpRequest, name: str) -> HttpResponse:
    """A statistic as a CSV file; the log says who took it."""
    params = {
        key: value for key, value in request.POST.items() if key != "csrfmiddlewaretoken" and isinstance(value, str)
    }
    text = exporting.export_statistic(actor_of(request), name, read_question(params))
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
