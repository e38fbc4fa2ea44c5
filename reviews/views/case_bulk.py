"""Deciding on many cases of the list together: what would happen, the words for it, and on to the batch's dry run."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common import clock
from common.errors import Invalid
from reviews.choices import Outcome
from reviews.forms import ChosenForm
from reviews.models import Batch
from reviews.rules.ladder import end_of
from reviews.selectors import case_bulk
from reviews.selectors.policies import active_policies
from reviews.services import choosing
from reviews.services.choosing import Chosen, Wanted
from reviews.views.case_list import asked_along
from reviews.views.case_list_words import address, counted_words, query_of
from reviews.views.door import actor_of, attempt, wants_part
from staff.actors import Actor
from staff.permissions import Permission

_MOST_TICKED = 500


@require_http_methods(["GET", "POST"])
def case_together(request: HttpRequest) -> HttpResponse:
    """The form for what was chosen (alone for the list's dialog, when htmx asks); again with its faults, or on to the
    batch with its dry run."""
    actor = actor_of(request)
    actor.require(Permission.ASK_BATCH)
    params = request.GET if request.method == "GET" else request.POST
    chosen = read_chosen(params)
    if request.method == "GET":
        return _show(request, actor, chosen, _first_form(actor, chosen, params))
    form = ChosenForm(request.POST, policies=active_policies())
    if made := attempt(form, lambda _said: _plan(actor, chosen, form)):
        return redirect("reviews:batch-detail", made.pk)
    return _show(request, actor, chosen, form, status=422)


def read_chosen(params: QueryDict) -> Chosen:
    """What was chosen: the cases ticked, or with `all` every case that fits the filters. Raises Invalid."""
    asked = asked_along(params)
    if params.get("all"):
        return Chosen(asked)
    try:
        ticked = [UUID(text) for text in params.getlist("case")]
    except ValueError:
        raise Invalid(_("case: give the ids of cases."), fields={"case": _("not an id")}) from None
    if not 0 < len(ticked) <= _MOST_TICKED:
        raise Invalid(
            _("Tick 1 to %(most_ticked)s cases, or choose all that match.") % {"most_ticked": _MOST_TICKED},
            fields={"case": _("none ticked")},
        )
    return Chosen(asked, ticked)


def _plan(actor: Actor, chosen: Chosen, form: ChosenForm) -> Batch:
    given = form.cleaned_data
    wanted = Wanted(
        title=given["title"],
        outcome=given["outcome"],
        policy=given["policy"],
        reason=given["reason"],
        until=end_of(given["length"], clock.now()) if given["outcome"] == Outcome.SUSPEND else None,
        expected_count=given["expected_count"],
    )
    return choosing.plan(actor, chosen, wanted)


def _first_form(actor: Actor, chosen: Chosen, params: QueryDict) -> ChosenForm:
    """The form before anything was typed. The count is asked of whoever chose all, and known of whoever ticked."""
    outcome = params.get("outcome", "")
    title = _("Keep, from the list") if outcome == Outcome.KEEP else _("Suspend, from the list")
    initial = {"outcome": outcome, "title": f"{title}, {clock.now():%d %b %Y %H:%M}"}
    if chosen.case_ids:
        initial["expected_count"] = str(len(chosen.case_ids))
    return ChosenForm(policies=active_policies(), initial=initial)


def _show(request: HttpRequest, actor: Actor, chosen: Chosen, form: ChosenForm, *, status: int = 200) -> HttpResponse:
    at = clock.now()
    outcome = str(form["outcome"].value() or "")
    preview = case_bulk.preview(choosing.found(actor, chosen, at=at), outcome=outcome, most=choosing.MOST)
    context = {
        "form": form,
        "at": at,
        "preview": preview,
        "counted": counted_words(preview.open),
        "chosen": chosen,
        "query": query_of(chosen.asked),
        "back": address(chosen.asked),
        "most": choosing.MOST,
        "approval_size": settings.CASELOAD["BATCH_APPROVAL_SIZE"],
        "suspends": outcome == Outcome.SUSPEND,
    }
    template = "reviews/partials/_case_bulk.html" if wants_part(request) else "reviews/case_bulk.html"
    return render(request, template, context, status=status)
