"""Pages on which queues are made and changed, and people put into teams."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.selectors.accounts import all_platforms
from reviews.selectors import queues
from reviews.selectors.policies import active_policies
from reviews.services import queueing
from reviews.services.queueing import QueueSaid
from reviews.views.door import actor_of, attempt, gesture
from reviews.views.queue_forms import PersonForm, QueueForm
from staff.actors import Actor
from staff.permissions import Permission
from staff.selectors import people as people_selectors
from staff.services import people
from staff.services.people import PersonSaid


def _managing(request: HttpRequest, permission: Permission) -> Actor:
    """Who asks. Raises NotAllowed at once for somebody who may not, whatever the form says."""
    actor = actor_of(request)
    actor.require(permission)
    return actor


def _queue_form(request: HttpRequest, known: dict[str, Any]) -> QueueForm:
    return QueueForm(
        request.POST or None,
        initial=known,
        policies=active_policies(),
        platforms=all_platforms(),
        teams=people_selectors.all_teams(),
    )


@require_GET
def queue_manage(request: HttpRequest) -> HttpResponse:
    """Every queue with its filter and who works it."""
    _managing(request, Permission.MANAGE_QUEUES)
    return render(request, "reviews/queue_manage.html", {"queues": queues.all_queues()})


@require_http_methods(["GET", "POST"])
def queue_new(request: HttpRequest) -> HttpResponse:
    """Make a queue."""
    actor = _managing(request, Permission.MANAGE_QUEUES)
    form = _queue_form(request, {"severity_from": 1, "severity_to": 4, "position": 0})
    if request.method == "POST" and attempt(form, lambda said: queueing.make(actor, QueueSaid(**said))) is not None:
        return redirect("reviews:queue-manage")
    return render(request, "reviews/queue_form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def queue_edit(request: HttpRequest, queue_id: UUID) -> HttpResponse:
    """Change a queue: it holds other cases at once."""
    actor = _managing(request, Permission.MANAGE_QUEUES)
    queue = queues.queue_by_id(queue_id)
    form = _queue_form(request, queueing.told(queue))
    if request.method == "POST" and (
        attempt(form, lambda said: queueing.change(actor, queue_id=queue_id, said=QueueSaid(**said))) is not None
    ):
        return redirect("reviews:queue-manage")
    context = {"form": form, "queue": queue}
    return render(request, "reviews/queue_form.html", context, status=422 if form.errors else 200)


@gesture("reviews:queue-edit")
def queue_remove(request: HttpRequest, queue_id: UUID) -> HttpResponse:
    """Remove a queue. Its cases stay."""
    queueing.remove(actor_of(request), queue_id=queue_id)
    return redirect("reviews:queue-manage")


@require_GET
def person_list(request: HttpRequest) -> HttpResponse:
    """Everybody who works here, with role, team, languages and clearances."""
    return render(request, "reviews/person_list.html", {"people": people_selectors.everybody(actor_of(request))})


@require_http_methods(["GET", "POST"])
def person_edit(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Change a person's role, team, languages, clearances, or whether they may sign in."""
    actor = _managing(request, Permission.MANAGE_STAFF)
    person = people_selectors.person_by_id(person_id)
    form = PersonForm(request.POST or None, initial=people.told(person))
    if request.method == "POST" and (
        attempt(form, lambda said: people.change(actor, person_id=person_id, said=PersonSaid(**said))) is not None
    ):
        return redirect("reviews:person-list")
    context = {"form": form, "person": person, "teams": people_selectors.all_teams()}
    return render(request, "reviews/person_edit.html", context, status=422 if form.errors else 200)
