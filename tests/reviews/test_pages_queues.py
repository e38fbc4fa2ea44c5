"""The first page: queues, the start of a case, last decisions, who holds what."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from common import clock
from reviews.models import Claim, Queue
from reviews.services import claims, undoing
from staff.models import User
from tests.cast import Cast, a_case, a_decision, an_account

pytestmark = pytest.mark.django_db
HOME = "/"


@pytest.fixture
def everything(db: None) -> Queue:
    return Queue.objects.create(slug="everything", title="Everything", position=1)


def test_the_first_page_asks_for_sign_in(client):
    assert client.get(HOME).url == "/sign-in/login/?next=/"


def test_a_moderator_sees_queues_with_counts_and_a_start(signed_in, cast: Cast, everything: Queue):
    a_case()
    page = signed_in(cast.moderator).get(HOME)
    counts = page.context["queues"][0]
    assert (counts.queue, counts.waiting) == (everything, 1)
    assert b"Start the next case" in page.content


def test_nothing_waiting_is_said_and_offers_no_start(signed_in, cast: Cast, everything: Queue):
    page = signed_in(cast.moderator).get(HOME)
    assert b"Nothing waits in your queues." in page.content
    assert b"Start the next case" not in page.content


def test_an_auditor_sees_the_queues_and_who_holds_what_but_no_start(signed_in, cast: Cast, everything: Queue):
    claims.claim(cast.moderator, case_id=a_case().pk)
    page = signed_in(cast.auditor).get(HOME)
    assert b"Pseudonym of moderator" in page.content
    assert b"queues/next" not in page.content


def test_a_moderator_does_not_see_who_holds_what(signed_in, cast: Cast):
    claims.claim(cast.second_moderator, case_id=a_case().pk)
    assert b"Pseudonym of moderator2" not in signed_in(cast.moderator).get(HOME).content


def test_an_administrator_is_sent_to_the_statistics(signed_in, cast: Cast):
    assert signed_in(cast.administrator).get(HOME).url == reverse("insights:statistics-overview")


def test_start_claims_the_next_case_and_shows_it(signed_in, cast: Cast):
    case = a_case()
    answer = signed_in(cast.moderator).post(reverse("reviews:queue-next"))
    assert answer.url == reverse("reviews:case-detail", args=[case.pk])
    assert Claim.objects.get().holder == cast.moderator.user


def test_start_in_one_queue_keeps_to_it(signed_in, cast: Cast):
    Queue.objects.create(slug="arabic", title="Arabic", languages=["ar"])
    a_case()
    wanted = a_case(an_account(language="ar"))
    answer = signed_in(cast.moderator).post(reverse("reviews:queue-next"), {"queue": "arabic"})
    assert answer.url == reverse("reviews:case-detail", args=[wanted.pk])


def test_start_with_nothing_waiting_goes_home(signed_in, cast: Cast):
    assert signed_in(cast.moderator).post(reverse("reviews:queue-next")).url.startswith(HOME)


def test_an_auditor_can_not_start(signed_in, cast: Cast):
    a_case()
    assert signed_in(cast.auditor).post(reverse("reviews:queue-next")).status_code == 403
    assert not Claim.objects.exists()


def test_the_live_part_is_only_a_part(signed_in, cast: Cast):
    page = signed_in(cast.moderator).get(HOME, headers={"HX-Request": "true"})
    assert b"<html" not in page.content
    assert b'id="live"' in page.content


def test_a_decision_in_its_window_offers_the_way_back(signed_in, cast: Cast, frozen_clock):
    decision = a_decision(cast.moderator)
    page = signed_in(cast.moderator).get(HOME)
    assert reverse("reviews:decision-undo", args=[decision.pk]).encode() in page.content


def test_a_decision_past_its_window_shows_how_far_it_is(signed_in, cast: Cast, frozen_clock):
    decision = a_decision(cast.moderator)
    with clock.moved(seconds=31):
        page = signed_in(cast.moderator).get(HOME)
    assert reverse("reviews:decision-undo", args=[decision.pk]).encode() not in page.content
    assert b"suspension waiting" in page.content


def test_undo_from_the_first_page_says_so(signed_in, cast: Cast):
    decision = a_decision(cast.moderator)
    page = signed_in(cast.moderator).post(reverse("reviews:decision-undo", args=[decision.pk]), follow=True)
    assert f"Undone: @{decision.account.handle} waits again.".encode() in page.content


def test_the_key_undoes_the_newest_decision_that_can_be_undone(signed_in, cast: Cast):
    older, old, newest = (a_decision(cast.moderator) for _ in range(3))
    undoing.undo(cast.moderator, decision_id=newest.pk)
    page = signed_in(cast.moderator).get(HOME).content.decode()
    buttons = re.findall(r'id="undo-([\w-]+)"\s+(data-code="KeyU")?', page)
    assert buttons == [(str(old.pk), 'data-code="KeyU"'), (str(older.pk), "")]


def test_a_start_that_finds_nothing_says_so(signed_in, cast: Cast, everything: Queue):
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    claims.skip(cast.moderator, case_id=claim.case_id, token=claim.token)
    page = signed_in(cast.moderator).post(reverse("reviews:queue-next"), {"queue": "everything"}, follow=True)
    assert "Nothing more waits for you there. What you skipped today comes again tomorrow." in page.content.decode()


def test_undo_from_the_toast_takes_its_place(signed_in, cast: Cast):
    decision = a_decision(cast.moderator)
    url = reverse("reviews:decision-undo", args=[decision.pk])
    page = signed_in(cast.moderator).post(url, headers={"HX-Request": "true"})
    assert (page.status_code, b'id="toast"' in page.content) == (200, True)


def test_undo_too_late_is_refused_with_the_time(signed_in, cast: Cast, frozen_clock):
    decision = a_decision(cast.moderator)
    with clock.moved(seconds=31):
        page = signed_in(cast.moderator).post(reverse("reviews:decision-undo", args=[decision.pk]))
    assert page.status_code == 409
    assert b"The undo window ended at 12:00:30 UTC" in page.content


def test_the_day_counts_decisions_and_their_median_time(signed_in, cast: Cast, frozen_clock):
    for seconds in (10, 20, 60):
        case = a_case()
        claim = claims.claim(cast.moderator, case_id=case.pk)
        claim.claimed_at -= timedelta(seconds=seconds)
        claim.save(update_fields=["claimed_at"])
        a_decision(cast.moderator, case=case)
    undoing.undo(cast.moderator, decision_id=a_decision(cast.moderator).pk)
    day = signed_in(cast.moderator).get(HOME).context["day"]
    assert (day.decided, day.median_seconds) == (3, 20)


def test_an_undone_decision_says_so(signed_in, cast: Cast):
    undoing.undo(cast.moderator, decision_id=a_decision(cast.moderator).pk)
    assert b"Undone" in signed_in(cast.moderator).get(HOME).content


# ── whole, or in one's languages ──────────────────────────────────────────────────────────────────────────
def test_an_auditor_and_a_supervisor_see_the_whole_queue(signed_in, cast: Cast, everything: Queue):
    a_case(an_account(language="ru"))
    for actor in (cast.auditor, cast.supervisor):
        User.objects.filter(pk=actor.person().pk).update(languages=["en"])
        page = signed_in(actor).get(HOME)
        assert page.context["queues"][0].waiting == 1
        assert b"in every language" in page.content


def test_a_moderator_sees_what_may_be_served_to_them_and_which_languages(signed_in, cast: Cast, everything: Queue):
    a_case(an_account(language="ru"))
    User.objects.filter(pk=cast.moderator.person().pk).update(languages=["en"])
    page = signed_in(cast.moderator).get(HOME)
    assert page.context["queues"][0].waiting == 0
    assert b"cases in the languages you read, English" in page.content
    assert b"none in your languages" in page.content


def test_start_goes_on_with_the_case_one_holds(signed_in, cast: Cast):
    held = claims.claim(cast.moderator, case_id=a_case().pk)
    a_case()
    browser = signed_in(cast.moderator)
    assert b"Go on with the case you hold" in browser.get(HOME).content
    answer = browser.post(reverse("reviews:queue-next"))
    assert answer.url == reverse("reviews:case-detail", args=[held.case_id])
    assert Claim.objects.count() == 1
