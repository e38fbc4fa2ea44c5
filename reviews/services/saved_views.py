"""Saved views of the list of cases are made, changed and deleted by their owners."""

from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext

import audit.services as audit
from audit.rules import Action
from common import clock
from common.errors import Conflict, Invalid, NotAllowed, NotFound
from common.texts import composed
from reviews import audit_actions
from reviews.models import SavedView
from reviews.rules.finding import Asked
from reviews.selectors import case_filters
from reviews.selectors import saved_views as selectors
from staff.actors import Actor
from staff.permissions import Permission

MOST: Final = 100  # of one person
_LONGEST_SLUG: Final = 60
_LONGEST_TITLE: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewSaid:
    """What is said of a view: its title, whether everybody sees it, and whether it is a tab."""

    title: str
    is_shared: bool = False
    is_pinned: bool = True


def save(actor: Actor, asked: Asked, said: ViewSaid) -> SavedView:
    """The list has a name and an address of its own.

    Returns the view. Raises NotAllowed; Invalid without a title, and for a policy, platform or person that isn't known;
    Conflict when the person has MOST already.
    Audit: view.saved.
    """
    actor.require(Permission.SEE_CASES)
    title = _title(said)
    case_filters.found(actor, asked, at=clock.now())  # what nothing could ever fit is refused
    if SavedView.objects.filter(owner=actor.person()).count() >= MOST:
        raise Conflict(
            gettext("You have %(most)s views already: delete one first.") % {"most": MOST}, code="too-many-views"
        )
    for _ in range(3):
        try:
            return _save(actor, asked, said, title)
        except IntegrityError:  # somebody saved under the same address at this moment
            continue
    raise Conflict(gettext("Others save under this title at this moment. Try again."))


@transaction.atomic
def _save(actor: Actor, asked: Asked, said: ViewSaid, title: str) -> SavedView:
    view = SavedView.objects.create(
        slug=_free_slug(title),
        title=title,
        owner=actor.person(),
        params=asked.as_params(),
        is_shared=said.is_shared,
        is_pinned=said.is_pinned,
        created_at=clock.now(),
    )
    _record(actor, audit_actions.VIEW_SAVED, view)
    return view


@transaction.atomic
def change(actor: Actor, *, slug: str, said: ViewSaid, asked: Asked | None = None) -> SavedView:
    """The view has this title, is shared and pinned so; it shows what is `asked`, if anything is. Its address stays.

    Raises NotFound; NotAllowed for somebody else's; Invalid without a title. Audit: view.changed.
    """
    view = _lock(actor, slug)
    view.title, view.is_shared, view.is_pinned = _title(said), said.is_shared, said.is_pinned
    if asked is not None:
        case_filters.found(actor, asked, at=clock.now())
        view.params = asked.as_params()
    view.save(update_fields=["title", "is_shared", "is_pinned", "params"])
    _record(actor, audit_actions.VIEW_CHANGED, view)
    return view


@transaction.atomic
def delete(actor: Actor, *, slug: str) -> None:
    """The view is gone. Raises NotFound; NotAllowed for somebody else's. Audit: view.deleted."""
    view = _lock(actor, slug)
    _record(actor, audit_actions.VIEW_DELETED, view)
    view.delete()


def _lock(actor: Actor, slug: str) -> SavedView:
    """The view, locked. A supervisor may change a shared one of somebody else's: its owner may have left."""
    view = selectors.views_visible_to(actor).select_for_update(of=("self",)).filter(slug=slug).first()
    if view is None:
        raise NotFound(gettext("There is no such view."))
    if not selectors.may_change(actor, view):
        raise NotAllowed(
            gettext("%(pseudonym)s made this view: only they or a supervisor can change it.")
            % {"pseudonym": view.owner.pseudonym}
        )
    return view


def _title(said: ViewSaid) -> str:
    title = composed(said.title).strip()
    if not title or "\0" in title:
        raise Invalid(gettext("title: give the view a title."), fields={"title": gettext("Give the view a title.")})
    if len(title) > _LONGEST_TITLE:
        fault = gettext("At most %(most)s characters.") % {"most": _LONGEST_TITLE}
        raise Invalid(f"title: {fault}", fields={"title": fault})
    return title


def _free_slug(title: str) -> str:
    """The title as an address; with a number behind it where another view has it."""
    stem = slugify(title)[:_LONGEST_SLUG].strip("-") or "view"
    taken = set(SavedView.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    numbered = (f"{stem}-{number}" if number > 1 else stem for number in range(1, len(taken) + 2))
    return next(slug for slug in numbered if slug not in taken)


def _record(actor: Actor, action: Action, view: SavedView) -> None:
    said = {"title": view.title, "shared": view.is_shared, "pinned": view.is_pinned, "params": view.params}
    audit.record(actor, action, [audit.subject("view", view.slug)], **said)
