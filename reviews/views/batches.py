"""Batches: the list, asking for one, its page, and what is done on it."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common import clock
from reviews.choices import Outcome
from reviews.forms import BatchForm
from reviews.rules.ladder import end_of
from reviews.selectors import batches as batch_selectors
from reviews.selectors.policies import active_policies
from reviews.services import batches
from reviews.services.batches import Plan
from reviews.views.batch_words import batch_context
from reviews.views.door import actor_of, attempt, gesture, wants_part
from staff.permissions import Permission

PAGE_SIZE = 50


@require_GET
def batch_list(request: HttpRequest) -> HttpResponse:
    """Batches, newest first."""
    actor = actor_of(request)
    rows = Paginator(batch_selectors.batches_visible_to(actor), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "reviews/batch_list.html", {"rows": rows, "may_ask": Permission.ASK_BATCH in actor.may})


@require_http_methods(["GET", "POST"])
def batch_new(request: HttpRequest) -> HttpResponse:
    """Ask for a batch: the form, again with its faults, or on to the dry run."""
    actor = actor_of(request)
    actor.require(Permission.ASK_BATCH)
    form = BatchForm(request.POST or None, request.FILES or None, policies=active_policies())
    if request.method == "POST" and (made := attempt(form, lambda _said: batches.plan(actor, _plan(form)))):
        return redirect("reviews:batch-detail", made.pk)
    status = 422 if form.errors else 200
    return render(request, "reviews/batch_new.html", {"form": form}, status=status)


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
    """The batch: dry run, approval, progress. Its live part alone when htmx asks."""
    actor = actor_of(request)
    batch = batch_selectors.get_batch(actor, batch_id)
    template = "reviews/partials/_batch_live.html" if wants_part(request) else "reviews/batch_detail.html"
    return render(request, template, batch_context(actor, batch))


@require_POST
def batch_approve(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Another person approves the frozen list, and it runs."""
    batches.approve(actor_of(request), batch_id=batch_id)
    return redirect("reviews:batch-detail", batch_id)


@require_POST
def batch_start(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """A small batch runs without a second person."""
    batches.start(actor_of(request), batch_id=batch_id)
    return redirect("reviews:batch-detail", batch_id)


@gesture("reviews:batch-detail")
def batch_cancel(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The batch ends before it runs."""
    batches.cancel(actor_of(request), batch_id=batch_id)
    return redirect("reviews:batch-detail", batch_id)
