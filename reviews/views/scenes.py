"""Scenes: a case as it comes onto the page, as a page of its own or in the place of the one before."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from common import clock
from common.languages import known_languages
from reviews.choices import SkipReason
from reviews.forms import TokenForm
from reviews.models import Claim
from reviews.rules.humane import NO_BREAK_BEFORE
from reviews.selectors import cases, linked, queues
from reviews.selectors.cases import CaseView
from reviews.services import ahead, viewing
from reviews.views.case_words import posts_shown, words_for
from reviews.views.door import actor_of, cleaned, gesture
from reviews.views.last import last_of
from reviews.views.restriction_forms import CLEARANCE_CHOICES
from staff.actors import Actor
from staff.permissions import Permission


def case_page(request: HttpRequest, actor: Actor, page: CaseView, *, since: int | None = None) -> HttpResponse:
    """The case's page. `since`: the version of the evidence that the person saw before; what is newer is marked."""
    words = words_for(
        page,
        is_mine=page.claim is not None and page.claim.holder_id == actor.person().pk,
        links=linked.linked_to(actor, page.account),
        since=since,
        show=request.GET.get("show", ""),
    )
    last = last_of(actor.person(), at=clock.now())
    context = {
        "page": page,
        "words": words,
        "last": last,
        "draft": page.draft,
        "notes": page.notes,
        "may_note": Permission.WORK_CASES in actor.may,
        "no_break_before": int(NO_BREAK_BEFORE.total_seconds()),
        "may_restrict": Permission.WORK_CASES in actor.may,
        "may_refresh": Permission.WORK_CASES in actor.may and page.case.is_open,
        "may_lift": Permission.HAND_OVER in actor.may,
        "clearances": CLEARANCE_CHOICES,
        "hides_media": page.hides_media,
        "languages": known_languages(),
        "skip_reasons": SkipReason.choices,
        "queues": queues.all_queues().prefetch_related(None),  # asked for only where one may escalate
    }
    return render(request, "reviews/case_detail.html", context)


@gesture("reviews:case-detail")
def case_ahead(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The page of the case that comes next, claimed for a minute; 204 when nothing waits."""
    actor = actor_of(request)
    token = cleaned(TokenForm(request.POST)).cleaned_data["claim_token"]
    claim = ahead.take(actor, case_id=case_id, token=token)
    if claim is None:
        return HttpResponse(status=204)
    answer = case_page(request, actor, cases.case_view(actor, claim.case_id, at=clock.now()))
    return _named(answer, claim)


def wants_scene(request: HttpRequest) -> bool:
    """Whether the page asks for the next case in the place of this one."""
    return "X-Scene" in request.headers


def scene(request: HttpRequest, actor: Actor, claim: Claim) -> HttpResponse:
    """The case that `claim` is on, in the place of the one before: only the toast for a page that has the rest already
    (`ahead`, its id and version of the evidence), else the whole."""
    if request.POST.get("ahead") == f"{claim.case_id}:{claim.case.evidence_version}":
        viewing.show(actor, claim)
        last = last_of(actor.person(), at=clock.now())
        answer, shown = render(request, "reviews/partials/_toast.html", {"last": last}), "ahead"
    else:
        answer, shown = case_page(request, actor, viewing.view(actor, case_id=claim.case_id)), "whole"
    answer["X-Case-Shown"] = shown
    return _named(answer, claim)


def _named(answer: HttpResponse, claim: Claim) -> HttpResponse:
    answer["X-Case-Id"] = str(claim.case_id)
    answer["X-Case-Version"] = str(claim.case.evidence_version)
    answer["X-Case-Url"] = reverse("reviews:case-detail", args=[claim.case_id])
    answer["X-Case-Seconds"] = str(round((claim.expires_at - clock.now()).total_seconds()))
    return answer


@require_GET
def case_posts(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The posts that hold every word of `words`, as items of the evidence."""
    actor = actor_of(request)
    found = viewing.search_posts(actor, case_id=case_id, words=request.GET.get("words", ""))
    posts = posts_shown(found.flags, found.evidence.posts, is_veiled=found.is_veiled)
    context = {"posts": posts, "hides_media": found.evidence.hides_media}
    answer = render(request, "reviews/partials/_posts.html", context)
    answer["X-Posts-Found"] = str(found.evidence.count)
    return answer
