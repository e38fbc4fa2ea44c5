"""Threats against staff: raised on a case, their list, and what supervisors do about one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from reviews.selectors import threats as selectors
from reviews.services import threats
from reviews.views.door import actor_of, attempt, cleaned, gesture, go
from reviews.views.humane_forms import AcknowledgeForm, ThreatForm
from staff.permissions import Permission

MOST_SHOWN = 200


@gesture("reviews:case-detail")
def case_threat(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What is on the case threatens staff: it is raised, and the case stays where it is."""
    words = cleaned(ThreatForm(request.POST)).cleaned_data["words"]
    threats.report(actor_of(request), case_id=case_id, words=words)
    messages.success(request, _("Raised. Supervisors are alerted, and the evidence is kept."))
    return go(request, reverse("reviews:case-detail", args=[case_id]))


@require_GET
def threat_list(request: HttpRequest) -> HttpResponse:
    """Every threat that was raised, those that nobody has seen to on top."""
    rows = selectors.threats_visible_to(actor_of(request))[:MOST_SHOWN]
    return render(request, "reviews/threat_list.html", {"threats": rows})


@require_GET
def threat_detail(request: HttpRequest, threat_id: UUID) -> HttpResponse:
    """One threat: when it was raised, in what words, and who has seen to it."""
    return _detail(request, threat_id, AcknowledgeForm())


@gesture("reviews:threat-detail")
def threat_acknowledge(request: HttpRequest, threat_id: UUID) -> HttpResponse:
    """Somebody has seen to it, and says how."""
    actor, form = actor_of(request), AcknowledgeForm(request.POST)
    actor.require(Permission.ANSWER_THREATS)
    if attempt(form, lambda said: threats.acknowledge(actor, threat_id=threat_id, note=said["note"])):
        return redirect("reviews:threat-detail", threat_id)
    return _detail(request, threat_id, form)


def _detail(request: HttpRequest, threat_id: UUID, form: AcknowledgeForm) -> HttpResponse:
    actor = actor_of(request)
    threat = selectors.get_threat(actor, threat_id)
    context = {
        "threat": threat,
        "shows_words": selectors.shows_words(actor, threat),
        "form": form,
        "may_answer": Permission.ANSWER_THREATS in actor.may,
    }
    return render(request, "reviews/threat_detail.html", context, status=422 if form.errors else 200)
