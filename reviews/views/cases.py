"""The case page and what is done on it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from common import clock, unseen
from reviews.choices import Outcome
from reviews.forms import DecisionForm, SkipForm, TokenForm
from reviews.models import Case
from reviews.rules.ladder import end_of
from reviews.selectors import cases
from reviews.services import ahead, claims, decisions, viewing
from reviews.services.facts import Verdict
from reviews.views import scenes
from reviews.views.door import actor_of, cleaned, gesture, go
from reviews.views.queues import nothing_waits, to_next


@require_GET
def case_detail(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The case: to be decided by who holds it, to be read by others."""
    actor = actor_of(request)
    since = request.GET.get("since", "")
    page = viewing.view(actor, case_id=case_id)
    return scenes.case_page(request, actor, page, since=int(since) if since.isdecimal() else None)


@gesture("reviews:case-detail")
def case_claim(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The case is the person's."""
    claims.claim(actor_of(request), case_id=case_id)
    return go(request, reverse("reviews:case-detail", args=[case_id]))


@gesture("reviews:case-detail")
def case_renew(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The open page renews its claim. Answers {"seconds_left"}."""
    token = cleaned(TokenForm(request.POST)).cleaned_data["claim_token"]
    claim = claims.renew(actor_of(request), case_id=case_id, token=token)
    return JsonResponse({"seconds_left": round((claim.expires_at - clock.now()).total_seconds())})


@gesture("reviews:case-detail")
def case_release(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The case goes back to its queue."""
    token = cleaned(TokenForm(request.POST)).cleaned_data["claim_token"]
    case = claims.release(actor_of(request), case_id=case_id, token=token)
    messages.success(request, _("Given back: @%(handle)s waits in its queue again.") % _handle(case))
    return go(request, reverse("reviews:queue-list"))


@gesture("reviews:case-detail")
def case_skip(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The case is passed over, and the next one of the same queue comes."""
    actor = actor_of(request)
    given = cleaned(SkipForm(request.POST)).cleaned_data
    queue = cases.queue_of(case_id)
    case = claims.skip(actor, case_id=case_id, token=given["claim_token"], why=given["why"], reason=given["reason"])
    messages.success(request, _("Skipped: @%(handle)s isn’t served to you again today.") % _handle(case))
    return to_next(request, actor, queue=queue)


@gesture("reviews:case-detail")
def case_decide(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The case is decided, and the next one of the same queue comes."""
    actor = actor_of(request)
    form = cleaned(DecisionForm(request.POST))
    queue = cases.queue_of(case_id)
    decisions.decide_one(actor, _verdict(case_id, form))
    if not scenes.wants_scene(request):
        return to_next(request, actor, queue=queue)
    claim = ahead.go_on(actor, queue=queue)
    return scenes.scene(request, actor, claim) if claim else nothing_waits(request)


def _verdict(case_id: UUID, form: DecisionForm) -> Verdict:
    given = form.cleaned_data
    suspends = given["outcome"] == Outcome.SUSPEND
    return Verdict(
        case_id=case_id,
        token=given["claim_token"],
        evidence_version=given["evidence_version"],
        outcome=given["outcome"],
        policy=given["policy"],
        reason=given["reason"],
        until=end_of(given["length"], clock.now()) if suspends else None,
        days=given["length"] if suspends else None,
        length_reason=given["length_reason"],
        evidence_seen=given["seen"],
    )


def _handle(case: Case) -> dict[str, str]:
    return {"handle": unseen.spelled(case.account.handle)}


@require_GET
def case_news(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One line when more flags came in since `version`, which the page shows."""
    case = cases.get_case(actor_of(request), case_id)
    seen = request.GET.get("version", "")
    version = int(seen) if seen.isdecimal() and len(seen) < 10 else case.evidence_version
    context = {"case": case, "seen_version": version, "news": max(0, case.evidence_version - version), "live": True}
    return render(request, "reviews/partials/_news.html", context)
