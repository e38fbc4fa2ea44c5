"""Proposals: what waits for a second person, one proposal's page, and the answer to it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common import clock
from reviews.forms import AnsweredForm, RefusalForm
from reviews.selectors import linked, second_person
from reviews.services import proposals, viewing
from reviews.views.case_words import words_for
from reviews.views.door import actor_of, attempt, gesture
from reviews.views.last import last_of
from staff.actors import Actor
from staff.permissions import Permission


@require_GET
def proposal_list(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, and whose it is to answer."""
    actor = actor_of(request)
    context = {
        "proposals": list(second_person.proposals_visible_to(actor)),
        "person": actor.person(),
        "may_answer": Permission.APPROVE_DECISION in actor.may,
        "last": last_of(actor.person(), at=clock.now()),
    }
    return render(request, "reviews/proposal_list.html", context)


@require_GET
def proposal_detail(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """One proposal, with all that its case shows, to be read."""
    return _detail(request, actor_of(request), decision_id)


@gesture("reviews:proposal-detail")
def proposal_approve(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """The second person approves."""
    row = proposals.approve(actor_of(request), decision_id=decision_id)
    messages.success(request, _("Approved: @%(handle)s will be suspended.") % {"handle": row.case.account.handle})
    return redirect("reviews:proposal-list")


@require_POST
def proposal_refuse(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """The second person refuses, and says why."""
    actor, form = actor_of(request), RefusalForm(request.POST)
    actor.require(Permission.APPROVE_DECISION)
    if row := attempt(form, lambda said: proposals.refuse(actor, decision_id=decision_id, reason=said["reason"])):
        messages.success(request, _("Refused: @%(handle)s waits again.") % {"handle": row.case.account.handle})
        return redirect("reviews:proposal-list")
    return _detail(request, actor, decision_id, status=422, refusing=form)


@gesture("reviews:proposal-detail")
def proposal_withdraw(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """The proposer takes it back."""
    row = proposals.withdraw(actor_of(request), decision_id=decision_id)
    return redirect("reviews:case-detail", row.case_id)


def _detail(
    request: HttpRequest,
    actor: Actor,
    decision_id: UUID,
    *,
    status: int = 200,
    refusing: AnsweredForm | None = None,
) -> HttpResponse:
    proposal = second_person.get_proposal(actor, decision_id)
    page = viewing.view(actor, case_id=proposal.case_id)
    words = words_for(page, is_mine=False, links=linked.linked_to(actor, page.account))
    context = {
        "proposal": proposal,
        "page": page,
        "words": words,
        "hides_media": page.hides_media,
        "is_own": proposal.decided_by_id == actor.person().pk,
        "came_since": max(0, page.case.evidence_version - proposal.evidence_version),
        "refusing": refusing or RefusalForm(),
    }
    return render(request, "reviews/proposal_detail.html", context, status=status)
