"""Organisations: the list, entering one, its page, and its trusted-flagger award."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common import clock
from common.presentation import listed
from reviews.forms import AwardForm, OrganisationForm, ReasonForm
from reviews.models import Award
from reviews.selectors import source_pages
from reviews.selectors.policies import all_policies
from reviews.services import awards
from reviews.services.awards import AwardSaid
from reviews.templatetags.review import category_words
from reviews.views.door import actor_of, attempt
from staff.actors import Actor
from staff.permissions import Permission
from staff.selectors.organisations import get_organisation
from staff.services import organisations
from staff.services.organisations import OrganisationFacts


@require_GET
def organisation_list(request: HttpRequest) -> HttpResponse:
    """Organisations by name, with who is a trusted flagger."""
    actor = actor_of(request)
    context = {
        "rows": source_pages.organisation_rows(actor, at=clock.now()),
        "may_enter": Permission.MANAGE_ORGANISATIONS in actor.may,
    }
    return render(request, "reviews/organisation_list.html", context)


@require_http_methods(["GET", "POST"])
def organisation_new(request: HttpRequest) -> HttpResponse:
    """Enter an organisation."""
    actor = _entering(request)
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and (
        made := attempt(form, lambda said: organisations.enter(actor, OrganisationFacts(**said)))
    ):
        return redirect("reviews:organisation-detail", made.pk)
    return render(request, "reviews/organisation_new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def organisation_detail(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """One organisation; its facts can be corrected."""
    if request.method == "GET":
        return _detail(request, actor_of(request), organisation_id)
    actor, form = _entering(request), OrganisationForm(request.POST)
    known = get_organisation(actor, organisation_id)
    if attempt(form, lambda said: organisations.change(actor, known, OrganisationFacts(**said))):
        messages.success(request, _("The facts are stored."))
        return redirect("reviews:organisation-detail", organisation_id)
    return _detail(request, actor, organisation_id, facts=form, status=422)


@require_POST
def award_enter(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """The organisation is a trusted flagger, or its award is corrected."""
    actor, form = _entering(request), AwardForm(request.POST, policies=all_policies())
    known = get_organisation(actor, organisation_id)
    if attempt(form, lambda said: awards.enter(actor, known, AwardSaid(**said))):
        messages.success(request, _("The award is stored."))
        return redirect("reviews:organisation-detail", organisation_id)
    return _detail(request, actor, organisation_id, award=form, status=422)


@require_POST
def award_revoke(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """The organisation is no trusted flagger any more."""
    actor, form = _entering(request), ReasonForm(request.POST)
    known = get_organisation(actor, organisation_id)
    if attempt(form, lambda said: awards.revoke(actor, known, reason=said["reason"])):
        return redirect("reviews:organisation-detail", organisation_id)
    return _detail(request, actor, organisation_id, revoking=form, status=422)


def _entering(request: HttpRequest) -> Actor:
    """Who asks. Raises NotAllowed at once for somebody who enters no organisations, whatever the form says."""
    actor = actor_of(request)
    actor.require(Permission.MANAGE_ORGANISATIONS)
    return actor


def _detail(
    request: HttpRequest,
    actor: Actor,
    organisation_id: UUID,
    *,
    facts: OrganisationForm | None = None,
    award: AwardForm | None = None,
    revoking: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    view = source_pages.organisation_view(actor, organisation_id, at=clock.now())
    known = {name: getattr(view.organisation, name) for name in ("name", "kind", "country")}
    context = {
        "view": view,
        "awards": _areas(view.awards),
        "may_change": Permission.MANAGE_ORGANISATIONS in actor.may,
        "facts": facts or OrganisationForm(initial=known, auto_id="facts-%s"),
        "award_form": award or AwardForm(initial=_said(view.award), policies=all_policies(), auto_id="award-%s"),
        "revoking": revoking or ReasonForm(auto_id="revoking-%s"),
    }
    return render(request, "reviews/organisation_detail.html", context, status=status)


def _said(award: Award | None) -> dict[str, object]:
    """What the form starts with: the award that stands."""
    return {name: getattr(award, name) for name in awards.FIELDS} if award else {}


def _areas(rows: list[Award]) -> list[tuple[Award, str]]:
    """Each award with its area of competence in words: policies by title, then statement categories."""
    titles = dict(all_policies().values_list("code", "title"))
    words = [[*(titles[code] for code in row.policies), *map(category_words, row.categories)] for row in rows]
    return [(row, listed(named)) for row, named in zip(rows, words, strict=True)]
