"""Drafts: what is typed on a case is kept for its writer alone, until they decide."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit.models import Entry
from common import clock
from common.errors import NotAllowed
from reviews.errors import ClaimLost
from reviews.models import Case, Draft
from reviews.selectors import cases
from reviews.services import claims, decisions, drafts
from staff.actors import Actor
from tests.calls import nothing_happens
from tests.cast import Cast, a_case, a_verdict

pytestmark = pytest.mark.django_db
WORDS = {"reason": "Half a sentence", "policy": "spam"}


def draft_of(actor: Actor, case: Case) -> dict[str, str]:
    """What the actor's page of the case has kept."""
    return dict(cases.case_view(actor, case.pk, at=clock.now()).draft)


def entries() -> int:
    return Entry.objects.filter(action="case.draft_kept").count()


def test_what_was_kept_last_is_read(cast: Cast):
    case = a_case()
    claims.claim(cast.moderator, case_id=case.pk)
    drafts.keep(cast.moderator, case_id=case.pk, content=WORDS)
    drafts.keep(cast.moderator, case_id=case.pk, content=WORDS | {"reason": "A whole one."})
    assert draft_of(cast.moderator, case) == WORDS | {"reason": "A whole one."}


def test_a_draft_is_its_writers_alone(cast: Cast):
    case = a_case()
    claims.claim(cast.moderator, case_id=case.pk)
    drafts.keep(cast.moderator, case_id=case.pk, content=WORDS)
    assert draft_of(cast.second_moderator, case) == {}


def test_the_log_tells_it_once_for_each_claim(cast: Cast, frozen_clock):
    case = a_case()
    claims.claim(cast.moderator, case_id=case.pk)
    for _ in range(3):
        drafts.keep(cast.moderator, case_id=case.pk, content=WORDS)
    assert entries() == 1
    with clock.moved(minutes=6):
        claims.claim(cast.moderator, case_id=case.pk)
        drafts.keep(cast.moderator, case_id=case.pk, content=WORDS)
    assert entries() == 2


def test_the_last_words_come_in_after_the_claim_is_lost(cast: Cast, frozen_clock):
    case = a_case()
    claims.claim(cast.moderator, case_id=case.pk)
    with clock.moved(minutes=6):
        claims.claim(cast.second_moderator, case_id=case.pk)
        drafts.keep(cast.moderator, case_id=case.pk, content=WORDS)
    assert draft_of(cast.moderator, case) == WORDS


def test_the_decision_ends_its_writers_draft_and_no_other(cast: Cast, frozen_clock):
    case = a_case()
    claims.claim(cast.second_moderator, case_id=case.pk)
    drafts.keep(cast.second_moderator, case_id=case.pk, content=WORDS)
    with clock.moved(minutes=6):
        claim = claims.claim(cast.moderator, case_id=case.pk)
        drafts.keep(cast.moderator, case_id=case.pk, content=WORDS)
        decisions.decide_one(cast.moderator, a_verdict(claim))
    assert [draft.person for draft in Draft.objects.all()] == [cast.second_moderator.user]


def test_a_word_that_comes_after_the_decision_is_refused(cast: Cast):
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    decisions.decide_one(cast.moderator, a_verdict(claim))
    with nothing_happens(), pytest.raises(ClaimLost):
        drafts.keep(cast.moderator, case_id=claim.case_id, content=WORDS)
    assert not Draft.objects.exists()


def test_nobody_writes_on_a_case_they_never_held(cast: Cast):
    case = a_case()
    with nothing_happens(), pytest.raises(ClaimLost):
        drafts.keep(cast.moderator, case_id=case.pk, content=WORDS)
    with nothing_happens(), pytest.raises(NotAllowed):
        drafts.keep(cast.auditor, case_id=case.pk, content=WORDS)
    assert not Draft.objects.exists()


def test_a_forgotten_draft_goes_when_its_writer_keeps_another(cast: Cast):
    old, new = a_case(), a_case()
    for case in (old, new):
        claims.claim(cast.moderator, case_id=case.pk)
    drafts.keep(cast.moderator, case_id=old.pk, content=WORDS)
    Draft.objects.update(kept_at=clock.now() - timedelta(days=drafts.DAYS_KEPT, seconds=1))
    drafts.keep(cast.moderator, case_id=new.pk, content=WORDS)
    assert [draft.case for draft in Draft.objects.all()] == [new]


def test_the_page_keeps_what_it_sends_and_shows_it_again(signed_in, cast: Cast):
    case = a_case()
    claims.claim(cast.moderator, case_id=case.pk)
    browser = signed_in(cast.moderator)
    said = {"reason": " Half", "own": "yes", "outcome": "keep", "policy": "", "seen": '["1", "2"]'}
    answer = browser.post(reverse("reviews:draft-keep", args=[case.pk]), said)
    assert answer.json().keys() == {"kept_at"}
    page = browser.get(reverse("reviews:case-detail", args=[case.pk]))
    assert page.context["draft"] == {"reason": " Half", "own": True, "outcome": "keep", "seen": ["1", "2"]}


def test_a_reason_that_was_cleared_is_kept_as_cleared(signed_in, cast: Cast):
    case = a_case()
    claims.claim(cast.moderator, case_id=case.pk)
    signed_in(cast.moderator).post(reverse("reviews:draft-keep", args=[case.pk]), {"reason": "", "own": "yes"})
    assert Draft.objects.get().content == {"reason": "", "own": True}


def test_who_lost_the_case_still_reads_what_they_typed(signed_in, cast: Cast, frozen_clock):
    case = a_case()
    claims.claim(cast.moderator, case_id=case.pk)
    drafts.keep(cast.moderator, case_id=case.pk, content=WORDS)
    with clock.moved(minutes=6):
        claims.claim(cast.second_moderator, case_id=case.pk)
        page = signed_in(cast.moderator).get(reverse("reviews:case-detail", args=[case.pk]))
    assert (b"Half a sentence" in page.content, b"data-copy-typed" in page.content) == (True, True)
