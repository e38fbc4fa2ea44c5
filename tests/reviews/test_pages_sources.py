"""The pages of sources and organisations: what they say, and what is done on them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from common import clock
from reviews.models import Award, Source
from reviews.services import misuse
from staff.choices import SourceKind
from staff.models import Organisation
from staff.services import clients
from tests.cast import Cast, a_client, a_decision, a_flag, a_policy

pytestmark = pytest.mark.django_db


def a_source(cast: Cast, name: str = "A detector", **said: object) -> Source:
    flagger = a_client(name, SourceKind.AUTOMATED)[0]
    clients.change(cast.system, name=name, organisation="A research group", **said)  # type: ignore[arg-type]
    return a_flag(flagger).source


def warned(cast: Cast) -> Source:
    source = a_source(cast)
    misuse.warn(cast.supervisor, source_id=source.pk, text="Too often wrong.")
    return source


def text_of(page) -> str:
    return " ".join(page.content.decode().split())


def test_the_list_shows_counts_precision_and_standing(signed_in, cast: Cast):
    flagger = a_client("A detector", SourceKind.AUTOMATED)[0]
    for outcome in ("suspend", "suspend", "keep"):
        a_decision(cast.moderator, outcome, case=a_flag(flagger).case)
    page = text_of(signed_in(cast.auditor).get("/sources/"))
    assert "A detector" in page
    assert '57 % <span class="mute">(22 % – 88 %)</span>' in page
    assert "Automated detection" in page


def test_without_any_flag_the_list_says_so(signed_in, cast: Cast):
    assert "Nobody has flagged anything yet" in text_of(signed_in(cast.supervisor).get("/sources/"))


def test_a_source_is_warned_then_suspended_then_restored(signed_in, cast: Cast):
    source, browser = a_source(cast), signed_in(cast.supervisor)
    address = reverse("reviews:source-detail", args=[source.pk])
    assert "Needs a warning" in text_of(browser.get(address))
    assert browser.post(address + "warn/", {"text": "Too often wrong."}).status_code == 302
    assert browser.post(address + "suspend/", {"days": "7", "reason": "It went on."}).status_code == 302
    page = text_of(browser.get(address))
    assert "Suspended until" in page
    assert "Too often wrong." in page
    assert "It went on." in page
    assert browser.post(address + "restore/", {"reason": "It was settled."}).status_code == 302
    source.refresh_from_db()
    assert source.suspended_until is None
    assert "It was settled." in text_of(browser.get(address))


@pytest.mark.parametrize(
    ("gesture", "said", "form"),
    [("warn", {"text": " "}, "warning"), ("suspend", {"days": "8", "reason": "x"}, "suspension")],
)
def test_a_fault_is_shown_and_nothing_is_lost(signed_in, cast: Cast, gesture: str, said: dict[str, str], form: str):
    source = warned(cast)
    page = signed_in(cast.supervisor).post(f"/sources/{source.pk}/{gesture}/", said)
    assert page.status_code == 422
    assert page.context[form].errors


def test_a_suspension_without_a_warning_is_a_conflict(signed_in, cast: Cast):
    source = a_source(cast)
    answer = signed_in(cast.supervisor).post(f"/sources/{source.pk}/suspend/", {"days": "7", "reason": "x"})
    assert answer.status_code == 409


def test_an_auditor_reads_and_is_offered_nothing(signed_in, cast: Cast):
    source = warned(cast)
    page = text_of(signed_in(cast.auditor).get(f"/sources/{source.pk}/"))
    assert "Too often wrong." in page
    assert "Record the warning" not in page


def test_refused_flags_are_shown(signed_in, cast: Cast):
    source = warned(cast)
    misuse.suspend(cast.supervisor, source_id=source.pk, reason="x", ends_at=clock.now() + timedelta(days=7))
    misuse.count_refused({source.pk: 1234}, day=clock.now().date())
    assert "1,234 flags were refused" in text_of(signed_in(cast.supervisor).get(f"/sources/{source.pk}/"))


def test_what_to_weigh_stands_beside_flags_that_were_disagreed_with(signed_in, cast: Cast):
    source = a_source(cast)
    browser = signed_in(cast.supervisor)
    assert "Not each of them" not in text_of(browser.get(f"/sources/{source.pk}/"))
    a_decision(cast.moderator, "keep", case=source.flags.get().case)
    assert "Not each of them was manifestly unfounded" in text_of(browser.get(f"/sources/{source.pk}/"))


def test_hostile_words_are_shown_as_text(signed_in, cast: Cast):
    source = warned(cast)
    misuse.warn(cast.supervisor, source_id=source.pk, text="<script>alert(1)</script>")
    page = text_of(signed_in(cast.supervisor).get(f"/sources/{source.pk}/"))
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_an_organisation_is_entered_corrected_and_awarded(signed_in, cast: Cast):
    a_policy()
    browser = signed_in(cast.administrator)
    browser.post("/organisations/new/", {"name": "Institute", "kind": "research", "country": "DE"})
    made = Organisation.objects.get()
    address = f"/organisations/{made.pk}/"
    said = {"name": "The Institute", "kind": "research", "country": "FR"}
    assert "The facts are stored." in text_of(browser.post(address, said, follow=True))
    said = {"awarded_by": "Arcom", "awarded_on": "2026-01-02", "policies": [a_policy().code]}
    page = text_of(browser.post(address + "award/", said, follow=True))
    assert "The award is stored." in page
    assert "The Institute" in page
    assert "France" in page
    assert "awarded by Arcom" in page
    assert 'value="2026-01-02"' in page
    assert "Trusted flagger" in text_of(browser.get("/organisations/"))
    assert browser.post(address + "revoke/", {"reason": "It was revoked."}).status_code == 302
    assert Award.objects.get().revoked_because == "It was revoked."


def test_an_award_without_an_area_is_refused_beside_its_field(signed_in, cast: Cast):
    a_source(cast)
    address = f"/organisations/{Organisation.objects.get().pk}/award/"
    page = signed_in(cast.supervisor).post(address, {"awarded_by": "Arcom", "awarded_on": "2026-01-02"})
    assert page.status_code == 422
    assert list(page.context["award_form"].errors) == ["policies"]


def test_the_case_page_marks_a_trusted_flaggers_flag(signed_in, cast: Cast):
    flagger = a_client("Flagger", SourceKind.TRUSTED_FLAGGER)[0]
    clients.change(cast.system, name="Flagger", organisation="A research group")
    case = reverse("reviews:case-detail", args=[a_flag(flagger).case_id])
    browser = signed_in(cast.supervisor)
    assert "Art. 22" not in text_of(browser.get(case))
    said = {"awarded_by": "Arcom", "awarded_on": "2026-01-02", "policies": [a_policy().code]}
    browser.post(f"/organisations/{Organisation.objects.get().pk}/award/", said)
    assert "Trusted flagger, within its area (Art. 22 DSA)" in text_of(browser.get(case))


def test_a_relays_terms_stand_on_its_sources_pages(signed_in, cast: Cast):
    relay = a_client("A relay", SourceKind.RELAY)[0]
    clients.change(cast.system, name="A relay", may_state=["school"], terms="Schools of the city")
    relay.client.refresh_from_db()
    source = a_flag(relay, source_kind="school").source
    assert "Schools of the city" in text_of(signed_in(cast.supervisor).get(f"/sources/{source.pk}/"))
