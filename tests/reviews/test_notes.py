"""Notes: for colleagues, with mentions and the texts they had before."""

from uuid import UUID

import pytest
from django.urls import reverse

from audit.models import Entry
from common import clock
from common.errors import Invalid, NotAllowed
from reviews.models import Mention, Note
from reviews.rules.mentions import named_in
from reviews.selectors.notes import notes_on, unread_mentions
from reviews.services import claims, drafts, notes
from tests.calls import nothing_happens
from tests.cast import Cast, a_case

SEVEN, TWELVE = UUID(int=7), UUID(int=12)
NAMES = [("Reviewer 1", SEVEN), ("Reviewer 12", TWELVE), ("moderator2", TWELVE)]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Look, @Reviewer 1.", {SEVEN}),
        ("@reviewer 12 and @REVIEWER 1", {SEVEN, TWELVE}),
        ("@moderator2: see this", {TWELVE}),
        ("mail@reviewer 1 is none, nor is @moderator22", set()),
        ("Reviewer 1 without the sign", set()),
    ],
)
def test_who_is_named(text: str, named: set[UUID]):
    assert named_in(text, NAMES) == named


in_the_database = pytest.mark.django_db


@in_the_database
def test_a_note_waits_for_whom_it_names_until_they_open_it(cast: Cast):
    note = notes.write(cast.moderator, case_id=a_case().pk, text="Look, @moderator2 and @moderator.")
    assert [mention.note for mention in unread_mentions(cast.second_moderator.person())] == [note]
    assert not unread_mentions(cast.moderator.person()).exists()
    notes.open_mention(cast.second_moderator, note_id=note.pk)
    assert not unread_mentions(cast.second_moderator.person()).exists()


@in_the_database
def test_who_may_see_no_case_or_has_left_is_not_named(cast: Cast):
    notes.write(cast.moderator, case_id=a_case().pk, text="@administrator and @outsider")
    assert not Mention.objects.exists()


@in_the_database
def test_an_edit_keeps_what_was_said_before_and_names_once(cast: Cast, frozen_clock):
    case = a_case()
    note = notes.write(cast.moderator, case_id=case.pk, text="One, @senior.")
    with clock.moved(minutes=1):
        notes.edit(cast.moderator, note_id=note.pk, text="Two, @senior and @supervisor.")
    (read,) = notes_on(case.pk)
    assert (read.text, [version.text for version in read.versions.all()]) == (
        "Two, @senior and @supervisor.",
        ["One, @senior."],
    )
    assert Mention.objects.count() == 2
    assert [entry.action for entry in Entry.objects.filter(subjects__contains=[f"note:{note.pk}"]).order_by("id")] == [
        "note.written",
        "note.edited",
    ]


@in_the_database
def test_only_its_author_edits_a_note(cast: Cast):
    note = notes.write(cast.moderator, case_id=a_case().pk, text="One.")
    with nothing_happens(), pytest.raises(NotAllowed):
        notes.edit(cast.supervisor, note_id=note.pk, text="Two.")
    assert Note.objects.get().text == "One."


@in_the_database
def test_an_auditor_writes_none_and_nobody_an_empty_one(cast: Cast):
    case = a_case()
    with nothing_happens(), pytest.raises(NotAllowed):
        notes.write(cast.auditor, case_id=case.pk, text="One.")
    with nothing_happens(), pytest.raises(Invalid):
        notes.write(cast.moderator, case_id=case.pk, text="  ")
    assert not Note.objects.exists()


@in_the_database
def test_who_is_not_named_opens_nothing(cast: Cast):
    note = notes.write(cast.moderator, case_id=a_case().pk, text="One.")
    with nothing_happens(), pytest.raises(NotAllowed):
        notes.open_mention(cast.senior, note_id=note.pk)


@in_the_database
def test_the_first_page_leads_to_the_note(signed_in, cast: Cast):
    note = notes.write(cast.moderator, case_id=a_case().pk, text="Look, @moderator2.")
    browser = signed_in(cast.second_moderator)
    assert b"Notes that name you" in browser.get("/").content
    answer = browser.post(reverse("reviews:mention-open", args=[note.pk]))
    assert answer.url == reverse("reviews:case-detail", args=[note.case_id]) + "#notes"
    assert b"Notes that name you" not in browser.get("/").content


@in_the_database
def test_the_panel_comes_back_with_the_note(signed_in, cast: Cast):
    case = a_case()
    url = reverse("reviews:note-write", args=[case.pk])
    page = signed_in(cast.moderator).post(url, {"note": "Look <b>here</b>"}, headers={"HX-Request": "true"})
    assert (b'id="notes"' in page.content, b"Look &lt;b&gt;here&lt;/b&gt;" in page.content) == (True, True)


@in_the_database
def test_a_notes_draft_is_kept_with_the_others(cast: Cast):
    case = a_case()
    claims.claim(cast.moderator, case_id=case.pk)
    assert drafts.keep(cast.moderator, case_id=case.pk, content={"note": "Half"}).content == {"note": "Half"}
