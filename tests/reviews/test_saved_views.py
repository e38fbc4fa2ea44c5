"""Saved views: who sees and changes which, and what the log says."""

import pytest

from audit.models import Entry
from common.errors import Conflict, Invalid, NotAllowed, NotFound
from reviews.models import SavedView
from reviews.rules.finding import Asked
from reviews.selectors import saved_views as selectors
from reviews.services import saved_views
from reviews.services.saved_views import ViewSaid
from staff.actors import Actor
from tests.calls import nothing_happens
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ASKED = Asked(states=("open",), languages=("ar",), sort="due", is_descending=False)


def a_view(actor: Actor, title: str = "Local news", **said: bool) -> SavedView:
    return saved_views.save(actor, ASKED, ViewSaid(title=title, **said))


def test_a_view_keeps_what_was_asked_and_the_log_says_so(cast: Cast) -> None:
    view = a_view(cast.moderator)
    entry = Entry.objects.get(action="view.saved")
    assert view.params == {"state": ["open"], "language": ["ar"], "sort": ["due"]}
    assert (view.slug, entry.subjects) == ("local-news", ["view:local-news"])
    assert entry.detail == {"title": "Local news", "shared": False, "pinned": True, "params": view.params}


def test_views_of_one_title_have_addresses_of_their_own(cast: Cast) -> None:
    slugs = [a_view(actor).slug for actor in (cast.moderator, cast.moderator, cast.senior)]
    assert slugs == ["local-news", "local-news-2", "local-news-3"]
    assert [a_view(cast.moderator, title).slug for title in ("أخبار", "مدينة")] == ["view", "view-2"]


def test_a_private_view_is_its_owners_and_a_shared_one_everybodys(cast: Cast) -> None:
    private, shared = a_view(cast.moderator), a_view(cast.moderator, is_shared=True)
    assert list(selectors.views_visible_to(cast.moderator)) == [private, shared]
    assert list(selectors.views_visible_to(cast.auditor)) == [shared]
    with pytest.raises(NotFound):
        selectors.get_view(cast.supervisor, private.slug)


def test_a_view_is_changed_by_its_owner_and_keeps_its_address(cast: Cast) -> None:
    view = a_view(cast.moderator)
    changed = saved_views.change(
        cast.moderator, slug=view.slug, said=ViewSaid(title="Other", is_shared=True, is_pinned=False), asked=Asked()
    )
    assert (changed.slug, changed.title, changed.is_shared, changed.is_pinned) == ("local-news", "Other", True, False)
    assert SavedView.objects.get().params == {}
    assert Entry.objects.filter(action="view.changed").count() == 1


def test_others_change_no_shared_view_but_an_overseer_does(cast: Cast) -> None:
    view = a_view(cast.moderator, is_shared=True)
    for gesture in (
        lambda actor: saved_views.change(actor, slug=view.slug, said=ViewSaid(title="Mine")),
        lambda actor: saved_views.delete(actor, slug=view.slug),
    ):
        with nothing_happens(), pytest.raises(NotAllowed):
            gesture(cast.senior)
    saved_views.delete(cast.supervisor, slug=view.slug)
    assert not SavedView.objects.exists()
    assert Entry.objects.get(action="view.deleted").detail["title"] == "Local news"


def test_anothers_private_view_is_not_there_even_for_an_overseer(cast: Cast) -> None:
    view = a_view(cast.moderator)
    with nothing_happens(), pytest.raises(NotFound):
        saved_views.delete(cast.supervisor, slug=view.slug)


@pytest.mark.parametrize("title", ["", "  ", "x" * 81, "a\0b"])
def test_a_view_has_a_title(cast: Cast, title: str) -> None:
    with nothing_happens(), pytest.raises(Invalid) as refusal:
        a_view(cast.moderator, title)
    assert set(refusal.value.fields) == {"title"}


def test_a_person_has_so_many_views_at_most(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST", 1)
    a_view(cast.moderator)
    with nothing_happens(), pytest.raises(Conflict):
        a_view(cast.moderator)


def test_who_sees_no_cases_saves_no_view(cast: Cast) -> None:
    with nothing_happens(), pytest.raises(NotAllowed):
        a_view(cast.administrator)


def test_a_view_of_what_is_not_there_is_not_saved(cast: Cast) -> None:
    with nothing_happens(), pytest.raises(Invalid) as refusal:
        saved_views.save(cast.moderator, Asked(holder="nobody"), ViewSaid(title="Nobody's"))
    assert set(refusal.value.fields) == {"holder"}
