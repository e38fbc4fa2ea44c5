"""Something lighter: asked for by one key, on the first page or on a case, which goes back without a reason."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from reviews.services import lighter
from reviews.views.door import actor_of, cleaned, gesture, go
from reviews.views.humane_forms import LighterForm
from reviews.views.queues import to_next


@gesture("reviews:queue-list")
def lighter_begin(request: HttpRequest) -> HttpResponse:
    """Lighter cases alone are served; from a case, which is given back, the next one comes at once."""
    actor = actor_of(request)
    given = cleaned(LighterForm(request.POST)).cleaned_data
    lighter.begin(actor, case_id=given["case"], token=given["claim_token"])
    messages.success(request, _("From now on you are served lighter cases. Nobody is told."))
    return to_next(request, actor, queue="") if given["case"] else go(request, reverse("reviews:queue-list"))


@gesture("reviews:queue-list")
def lighter_end(request: HttpRequest) -> HttpResponse:
    """All of the person's cases are served again."""
    lighter.end(actor_of(request))
    return go(request, reverse("reviews:queue-list"))
