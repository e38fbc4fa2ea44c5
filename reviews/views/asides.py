"""Setting cases aside: holding, asking, moving, answering, and what supervisors do with a case that somebody has."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from common import clock
from reviews.forms import AnswerForm, EscalationForm, HandOverForm, HoldCaseForm, MoveForm
from reviews.selectors import cases
from reviews.services import escalations, handing, holding, moving
from reviews.views.door import actor_of, attempt, cleaned, gesture, go
from reviews.views.queues import to_next
from staff.permissions import Permission
from staff.selectors import people


@gesture("reviews:case-detail")
def case_hold(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The case is kept for later, and the next one of the same queue comes."""
    actor, given = actor_of(request), cleaned(HoldCaseForm(request.POST)).cleaned_data
    queue = cases.queue_of(case_id)
    holding.hold(
        actor,
        case_id=case_id,
        token=given["claim_token"],
        reason=given["reason"],
        remind_at=clock.now() + timedelta(hours=given["hours"]) if given["hours"] else None,
    )
    return to_next(request, actor, queue=queue)


@gesture("reviews:case-detail")
def case_escalate(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A question is asked, and the next case of the same queue comes."""
    actor, given = actor_of(request), cleaned(EscalationForm(request.POST)).cleaned_data
    queue = cases.queue_of(case_id)
    escalations.escalate(
        actor, case_id=case_id, token=given["claim_token"], queue=given["queue"], question=given["question"]
    )
    return to_next(request, actor, queue=queue)


@gesture("reviews:case-detail")
def case_move(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The case goes to other queues, and the next one of the same queue comes."""
    actor, given = actor_of(request), cleaned(MoveForm(request.POST)).cleaned_data
    queue = cases.queue_of(case_id)
    moving.move(actor, case_id=case_id, token=given["claim_token"], language=given["language"], policy=given["policy"])
    return to_next(request, actor, queue=queue)


@gesture("reviews:case-detail")
def case_answer(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The question is answered."""
    actor = actor_of(request)
    actor.require(Permission.ANSWER_ESCALATIONS)
    escalations.answer(actor, case_id=case_id, text=cleaned(AnswerForm(request.POST)).cleaned_data["answer"])
    return go(request, reverse("reviews:queue-list"))


@require_http_methods(["GET", "POST"])
def case_hand(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """To whom a case is handed."""
    actor = actor_of(request)
    actor.require(Permission.HAND_OVER)
    case = cases.get_case(actor, case_id)
    workers = people.with_permission(Permission.WORK_CASES)
    form = HandOverForm(request.POST or None, people=workers)
    if request.method == "POST":
        handed = attempt(form, lambda said: handing.hand_over(actor, case_id=case_id, to=said["to"]))
        if handed is not None:
            return redirect("reviews:queue-list")
    context = {"case": case, "claim": cases.live_claim(case, clock.now()), "form": form}
    return render(request, "reviews/case_hand.html", context, status=422 if form.is_bound else 200)


@gesture("reviews:case-detail")
def case_take_back(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The case waits for anybody."""
    handing.take_back(actor_of(request), case_id=case_id)
    return redirect("reviews:queue-list")
