"""Preferences: what a person sees and how, theirs alone, on whatever machine."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from reviews.selectors import humane
from reviews.views.door import actor_of, attempt, wants_part
from reviews.views.humane_forms import PreferencesForm
from staff.services import preferences


@require_http_methods(["GET", "POST"])
def preference_edit(request: HttpRequest) -> HttpResponse:
    """The person's preferences, and a form for them; a script sends one field, and is answered with nothing."""
    actor = actor_of(request)
    form = PreferencesForm(request.POST or None)
    if request.method == "POST" and attempt(form, lambda said: preferences.prefer(actor, form.chosen())) is not None:
        if wants_part(request):
            return HttpResponse(status=204)
        messages.success(request, _("Kept. It holds on every machine you sign in at."))
        return redirect("reviews:preference-edit")
    context = {"form": form, "rule": humane.current_rule(), "time_zone": actor.person().time_zone}
    return render(request, "reviews/preference_edit.html", context, status=422 if form.errors else 200)
