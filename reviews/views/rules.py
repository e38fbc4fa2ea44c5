"""Rules: what supervisors have set, and when."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common import clock
from reviews.forms import SecondPersonForm
from reviews.rules.second_person import Rule
from reviews.selectors import humane, second_person
from reviews.services import rules
from reviews.views.door import actor_of, attempt
from reviews.views.humane_forms import HumaneForm
from staff.permissions import Permission


@require_http_methods(["GET", "POST"])
def rule_list(request: HttpRequest) -> HttpResponse:
    """The rules in force, their history, and for supervisors the form that sets them."""
    actor = actor_of(request)
    status, rule = 200, second_person.current_rule()
    form = SecondPersonForm(
        initial={"followers_above": rule.followers_above, "governments_only": rule.governments_only}
    )
    if request.method == "POST":
        actor.require(Permission.SET_RULES)
        form = SecondPersonForm(request.POST)
        if attempt(form, lambda said: rules.set_second_person(actor, Rule(**said))):
            messages.success(request, _("Set. It holds for what is decided from now on."))
            return redirect("reviews:rule-list")
        status = 422
    context = {
        "rule": rule,
        "history": second_person.rules_set(actor)[:50],
        "form": form,
        "may_set": Permission.SET_RULES in actor.may,
    }
    return render(request, "reviews/rule_list.html", context, status=status)


@require_http_methods(["GET", "POST"])
def rule_humane(request: HttpRequest) -> HttpResponse:
    """What holds for everybody who looks at hard material, its history, and for supervisors the form that sets it."""
    actor = actor_of(request)
    actor.require(Permission.SET_RULES if request.method == "POST" else Permission.SEE_RULES)
    form = HumaneForm(request.POST or None, rule=humane.current_rule())
    if request.method == "POST" and attempt(form, lambda said: rules.set_humane(actor, form.rule())) is not None:
        messages.success(request, _("Set. It holds from now on for everybody who chooses nothing else."))
        return redirect("reviews:rule-humane")
    context = {
        "history": humane.rules_set(actor)[:50],
        "now": humane.counts(actor, clock.now()),
        "form": form,
        "may_set": Permission.SET_RULES in actor.may,
    }
    return render(request, "reviews/rule_humane.html", context, status=422 if form.errors else 200)
