"""Batches: the list, asking for one, its page, and what is done on it."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from common import clock
from reviews.choices import ItemState, Outcome
from reviews.models import Batch
from reviews.rules.ladder import end_of
from reviews.selectors import batch_items
from reviews.selectors import batches as batch_selectors
from reviews.selectors.policies import active_policies
from reviews.services import batches, reverting, steering
from reviews.services.batch_export import export_list
from reviews.services.batches import Plan
from reviews.views.batch_forms import BatchForm, RevertForm
from reviews.views.batch_words import batch_context
from reviews.views.door import actor_of, attempt, gesture, wants_part
from staff.actors import Actor
from staff.permissions import Permission

PAGE_SIZE = 50
ACCOUNTS_ON_A_PAGE = 100
MOST_SHOWN = 10


@require_GET
def batch_list(request: HttpRequest) -> HttpResponse:
    """Batches, newest first."""
    actor = actor_of(request)
    rows = Paginator(batch_selectors.batches_visible_to(actor), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "rows": rows,
        "may_ask": Permission.ASK_BATCH in actor.may,
        "approval_size": settings.CASELOAD["BATCH_APPROVAL_SIZE"],
    }
    return render(request, "reviews/batch_list.html", context)


@require_http_methods(["GET", "POST"])
def batch_new(request: HttpRequest) -> HttpResponse:
    """Ask for a batch: the form, again with its faults, or on to the dry run."""
    actor = actor_of(request)
    actor.require(Permission.ASK_BATCH)
    form = BatchForm(request.POST or None, request.FILES or None, policies=active_policies())
    if request.method == "POST" and (made := attempt(form, lambda _said: batches.plan(actor, _plan(form)))):
        return redirect("reviews:batch-detail", made.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "approval_size": settings.CASELOAD["BATCH_APPROVAL_SIZE"]}
    return render(request, "reviews/batch_new.html", context, status=status)


def _plan(form: BatchForm) -> Plan:
    given = form.cleaned_data
    return Plan(
        title=given["title"],
        outcome=given["outcome"],
        policy=given["policy"],
        reason=given["reason"],
        until=end_of(given["length"], clock.now()) if given["outcome"] == Outcome.SUSPEND else None,
        expected_count=given["expected_count"],
        accounts=given["accounts"],
    )


@require_GET
def batch_detail(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The batch: dry run, approval, progress. One of its live parts alone when htmx asks for it."""
    actor = actor_of(request)
    batch = batch_selectors.get_batch(actor, batch_id)
    template = "reviews/batch_detail.html"
    if wants_part(request):
        is_head = request.headers.get("HX-Target") == "batch-head"
        template = f"reviews/partials/_batch_{'head' if is_head else 'live'}.html"
    return render(request, template, batch_context(actor, batch, shown=request.GET.get("show", "")))


@require_GET
def batch_accounts(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The frozen list, page by page, and what is found in it."""
    batch = batch_selectors.get_batch(actor_of(request), batch_id)
    sought = request.GET.get("q", "")
    items = batch_selectors.items_of(batch, sought=sought)
    rows = Paginator(items, ACCOUNTS_ON_A_PAGE).get_page(request.GET.get("page"))
    lines = batch_items.lines_of(batch, list(rows.object_list))
    context = {"batch": batch, "rows": rows, "lines": lines, "sought": sought}
    return render(request, "reviews/batch_accounts.html", context)


@gesture("reviews:batch-accounts")
def batch_export(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The batch's report as a CSV file; the log says who took it."""
    answer = HttpResponse(export_list(actor_of(request), batch_id=batch_id), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="batch-{batch_id}.csv"'
    return answer


@require_http_methods(["GET", "POST"])
def batch_approve(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Asked once more first (GET); then another person has approved the frozen list, and it runs."""
    actor = actor_of(request)
    if request.method == "GET":
        actor.require(Permission.APPROVE_BATCH)
        return _ask_once_more(request, actor, batch_id, gesture="approve")
    batches.approve(actor, batch_id=batch_id)
    return redirect("reviews:batch-detail", batch_id)


@require_http_methods(["GET", "POST"])
def batch_start(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Asked once more first (GET); then a small batch runs without a second person."""
    actor = actor_of(request)
    if request.method == "GET":
        actor.require(Permission.RUN_BATCH)
        return _ask_once_more(request, actor, batch_id, gesture="start")
    batches.start(actor, batch_id=batch_id)
    return redirect("reviews:batch-detail", batch_id)


def _ask_once_more(request: HttpRequest, actor: Actor, batch_id: UUID, *, gesture: str) -> HttpResponse:
    """What will happen, to how many, with the first of them; back to the batch's page when it can't happen any more."""
    batch = batch_selectors.get_batch(actor, batch_id)
    context = batch_context(actor, batch)
    if not context[f"may_{gesture}"]:
        return redirect("reviews:batch-detail", batch_id)
    listed = batch_selectors.items_of(batch).filter(state=ItemState.LISTED)
    most_followed = listed.order_by(F("account__followers").desc(nulls_last=True), "position")[:MOST_SHOWN]
    context["sample"] = batch_items.lines_of(batch, list(most_followed))
    return render(request, "reviews/batch_confirm.html", context | {"gesture": gesture})


@require_http_methods(["GET", "POST"])
def batch_cancel(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Asked once more first (GET); then the batch ends: what has not left is taken back."""
    actor = actor_of(request)
    if request.method == "GET":
        actor.require(Permission.RUN_BATCH)
        batch = batch_selectors.get_batch(actor, batch_id)
        context = batch_context(actor, batch)
        if not context["may_cancel"]:
            return redirect("reviews:batch-detail", batch_id)
        return render(request, "reviews/batch_cancel.html", context)
    steering.cancel(actor, batch_id=batch_id)
    return redirect("reviews:batch-detail", batch_id)


@gesture("reviews:batch-detail")
def batch_pause(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Nothing more of the batch leaves."""
    steering.pause(actor_of(request), batch_id=batch_id)
    return redirect("reviews:batch-detail", batch_id)


@gesture("reviews:batch-detail")
def batch_resume(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The paused batch goes on."""
    steering.resume(actor_of(request), batch_id=batch_id)
    return redirect("reviews:batch-detail", batch_id)


@gesture("reviews:batch-detail")
def batch_retry(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """What failed of the batch is tried again."""
    steering.retry(actor_of(request), batch_id=batch_id)
    return redirect("reviews:batch-detail", batch_id)


@require_http_methods(["GET", "POST"])
def batch_revert(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Asked why, and on which accounts; then the batch's decisions are reversed."""
    actor = actor_of(request)
    actor.require(Permission.RUN_BATCH)
    batch = batch_selectors.get_batch(actor, batch_id)
    form = RevertForm(request.POST or None)

    def revert(said: dict[str, Any]) -> Batch:
        return reverting.revert(actor, batch_id=batch_id, reason=said["reason"], accounts=said["only"])

    if request.method == "POST" and (reverted := attempt(form, revert)):
        return redirect("reviews:batch-detail", reverted.pk)
    context = batch_context(actor, batch)
    if request.method == "GET" and not context["may_revert"]:
        return redirect("reviews:batch-detail", batch_id)
    return render(request, "reviews/batch_revert.html", context | {"form": form}, status=422 if form.errors else 200)
