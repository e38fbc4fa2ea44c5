"""What all our pages' doors share: who asks, and how a form's faults become a refusal."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from common.errors import Invalid
from common.forms import GuidingForm
from reviews.forms import AnsweredForm
from staff import actors
from staff.actors import Actor
from staff.models import User

AnyForm = TypeVar("AnyForm", bound=GuidingForm)
Result = TypeVar("Result")


class HtmxRequest(HttpRequest):
    """A request as `HtmxMiddleware` leaves it."""

    htmx: HtmxDetails


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in person as an actor. `LoginRequiredMiddleware` has seen to it that there is one."""
    return actors.person(cast(User, request.user))


def cleaned(form: AnyForm) -> AnyForm:
    """The form, valid. Raises Invalid that names each field's fault."""
    if not form.is_valid():
        raise Invalid(_("Not done yet."), fields=form.faults)
    return form


def attempt(form: AnsweredForm, do: Callable[[dict[str, Any]], Result]) -> Result | None:
    """What `do` returns for a valid form's words; None when the form, or the service, finds a fault: the form shows it
    beside its field, so that nothing typed is lost."""
    if not form.is_valid():
        return None
    try:
        return do(form.cleaned_data)
    except Invalid as refusal:
        form.refuse(refusal)
        return None


def gesture(page: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Of a view that only does (POST). Who comes to its address otherwise, as from the browser's history, is led to
    `page`, which has the same arguments."""

    def only_posted(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def door(request: HttpRequest, **places: UUID) -> HttpResponse:
            if request.method in ("GET", "HEAD"):
                return redirect(reverse(page, kwargs=places))
            answer: HttpResponse = require_POST(view)(request, **places)
            return answer

        return door

    return only_posted


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks, for a part of the page."""
    return bool(cast(HtmxRequest, request).htmx)


def go(request: HttpRequest, url: str) -> HttpResponse:
    """On to another page, whether htmx or the browser asked."""
    if wants_part(request):
        return HttpResponseClientRedirect(url)
    return redirect(url)
