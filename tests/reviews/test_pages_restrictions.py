"""Restricting on the case page, and the alerts that follow, as people see them."""

from typing import Any

import pytest
from django.urls import reverse

from reviews.models import Case, Restriction
from reviews.selectors import restrictions
from reviews.services import claims, restricting
from staff.actors import Actor
from staff.choices import Role
from tests.cast import Cast, a_case, a_person, an_account

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def cleared(username: str = "cleared", role: Role = Role.MODERATOR) -> Actor:
    actor = a_person(username, role)
    actor.person().clearances = ["child_safety"]
    actor.person().save()
    return actor


@pytest.fixture
def restricted(cast: Cast) -> Case:
    return restricting.restrict(
        cast.moderator, case_id=a_case(an_account(handle="hidden")).pk, clearance="child_safety"
    )


def test_who_had_the_case_goes_on_with_the_next_one(cast: Cast, signed_in: Any) -> None:
    claim, other = claims.claim(cast.moderator, case_id=a_case().pk), a_case()
    path = reverse("reviews:case-restrict", args=[claim.case_id])
    answer = signed_in(cast.moderator).post(path, {"clearance": "child_safety"}, headers=HTMX)
    assert answer["HX-Redirect"] == reverse("reviews:case-detail", args=[other.pk])


def test_who_only_looked_is_led_to_the_first_page(cast: Cast, signed_in: Any) -> None:
    path = reverse("reviews:case-restrict", args=[a_case().pk])
    assert signed_in(cast.supervisor).post(path, {"clearance": "threat_to_life"}).headers["Location"] == "/"


def test_who_is_cleared_stays_with_it(signed_in: Any) -> None:
    case = a_case()
    path = reverse("reviews:case-restrict", args=[case.pk])
    answer = signed_in(cleared()).post(path, {"clearance": "child_safety"}, follow=True)
    assert "Nobody has answered for it yet." in answer.content.decode()


def test_a_form_without_a_choice_is_refused(cast: Cast, signed_in: Any) -> None:
    path = reverse("reviews:case-restrict", args=[a_case().pk])
    assert signed_in(cast.moderator).post(path, {}, headers=HTMX).status_code == 422
    assert not Restriction.objects.exists()


def test_every_page_of_who_is_cleared_fetches_the_alerts_and_no_others(
    cast: Cast, signed_in: Any, restricted: Case
) -> None:
    path = reverse("reviews:restriction-alerts")
    actor = cleared()
    assert f'hx-get="{path}"' in signed_in(actor).get("/").content.decode()
    told = signed_in(actor).get(path).content.decode()
    assert reverse("reviews:case-detail", args=[restricted.pk]) in told
    assert f'hx-get="{path}"' not in signed_in(cast.supervisor).get("/").content.decode()
    assert str(restricted.pk) not in signed_in(cast.supervisor).get(path).content.decode()


def test_more_alerts_than_fit_are_on_their_own_page(cast: Cast, signed_in: Any) -> None:
    for _ in range(restrictions.MOST_ALERTS + 1):
        restricting.restrict(cast.moderator, case_id=a_case().pk, clearance="child_safety")
    told = signed_in(cleared()).get(reverse("reviews:restriction-alerts")).content.decode()
    assert (told.count("I see to it"), "all restricted material" in told) == (restrictions.MOST_ALERTS, True)


def test_answering_for_it_leads_to_its_case(signed_in: Any, restricted: Case) -> None:
    row = Restriction.objects.get()
    answer = signed_in(cleared()).post(reverse("reviews:restriction-acknowledge", args=[row.pk]))
    assert answer.headers["Location"] == reverse("reviews:case-detail", args=[restricted.pk])
    row.refresh_from_db()
    assert row.acknowledged_at is not None


def test_lifting_needs_words_and_opens_the_case_to_all(cast: Cast, signed_in: Any, restricted: Case) -> None:
    browser = signed_in(cleared("head", Role.SUPERVISOR))
    path = reverse("reviews:restriction-lift", args=[Restriction.objects.get().pk])
    assert browser.post(path, {"reason": ""}, headers=HTMX).status_code == 422
    browser.post(path, {"reason": "It is a film."})
    page = reverse("reviews:case-detail", args=[restricted.pk])
    assert signed_in(cast.moderator).get(page).status_code == 200


def test_the_list_shows_what_one_is_cleared_for(cast: Cast, signed_in: Any, restricted: Case) -> None:
    path = reverse("reviews:restriction-list")
    assert "@hidden" in signed_in(cleared()).get(path).content.decode()
    assert "@hidden" not in signed_in(cast.auditor).get(path).content.decode()
