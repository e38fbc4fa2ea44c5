"""Pages of what is set aside: the first page, the case, and handing over."""

import pytest
from django.urls import reverse

from reviews.models import Case, Hold, Queue, Skip
from reviews.services import claims, escalations, handing, holding
from tests.cast import Cast, a_case

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def url(name: str, case: Case) -> str:
    return reverse(f"reviews:case-{name}", args=[case.pk])


@pytest.fixture
def case(cast: Cast) -> Case:
    Queue.objects.create(slug="hard", title="Hard ones")
    return a_case()


def a_hold(cast: Cast, case: Case) -> None:
    claim = claims.claim(cast.moderator, case_id=case.pk)
    holding.hold(cast.moderator, case_id=case.pk, token=claim.token, reason="A translation comes.")


def a_question(cast: Cast, case: Case) -> None:
    claim = claims.claim(cast.moderator, case_id=case.pk)
    escalations.escalate(cast.moderator, case_id=case.pk, token=claim.token, queue="hard", question="Is this satire?")


def text(browser, path: str) -> str:
    return browser.get(path).content.decode()


def test_the_ways_out_are_drawn_by_what_is_legal(signed_in, cast: Cast, case: Case) -> None:
    claims.claim(cast.moderator, case_id=case.pk)
    page = text(signed_in(cast.moderator), url("detail", case))
    for key in ("KeyX", "KeyH", "KeyE"):
        assert f'data-code="{key}"' in page
    assert "Hard ones</option>" in page


@pytest.mark.parametrize(
    ("name", "said", "state"),
    [
        ("hold", {"reason": "Later.", "hours": "4"}, "held"),
        ("escalate", {"queue": "hard", "question": "What is it?"}, "escalated"),
        ("skip", {"why": "harm"}, "waiting"),
    ],
)
def test_each_way_out_brings_the_next_case(
    signed_in, cast: Cast, case: Case, name: str, said: dict[str, str], state: str
) -> None:
    claim = claims.claim(cast.moderator, case_id=case.pk)
    following = a_case()
    answer = signed_in(cast.moderator).post(url(name, case), said | {"claim_token": claim.token}, headers=HTMX)
    assert answer["HX-Redirect"] == url("detail", following)
    assert Case.objects.get(pk=case.pk).state == state


@pytest.mark.parametrize(("name", "said"), [("hold", {"reason": ""}), ("escalate", {"question": ""}), ("skip", {})])
def test_what_is_missing_is_said_where_it_was_asked(
    signed_in, cast: Cast, case: Case, name: str, said: dict[str, str]
) -> None:
    claim = claims.claim(cast.moderator, case_id=case.pk)
    answer = signed_in(cast.moderator).post(url(name, case), said | {"claim_token": claim.token}, headers=HTMX)
    assert answer.status_code == 422
    assert Case.objects.get().state == "claimed"


def test_what_one_holds_is_on_the_first_page_and_gone_on_with_by_a_key(signed_in, cast: Cast, case: Case) -> None:
    a_hold(cast, case)
    browser = signed_in(cast.moderator)
    page = text(browser, "/")
    assert ("A translation comes." in page, 'data-code="KeyH"' in page) == (True, True)
    assert browser.post(url("claim", case)).url == url("detail", case)
    assert Hold.objects.get().ended_as == "resumed"


def test_a_held_case_says_who_holds_it(signed_in, cast: Cast, case: Case) -> None:
    a_hold(cast, case)
    assert "Pseudonym of moderator holds it for later" in text(signed_in(cast.second_moderator), url("detail", case))
    assert "Go on with this case" in text(signed_in(cast.moderator), url("detail", case))


def test_a_question_is_on_the_first_page_of_whoever_may_answer(signed_in, cast: Cast, case: Case) -> None:
    a_question(cast, case)
    assert "Is this satire?" not in text(signed_in(cast.second_moderator), "/")
    browser = signed_in(cast.senior)
    assert "Is this satire?" in text(browser, "/")
    assert "Your answer" in text(browser, url("detail", case))


def test_the_asker_sees_the_answer_and_gets_the_case_first(signed_in, cast: Cast, case: Case) -> None:
    a_question(cast, case)
    signed_in(cast.senior).post(url("answer", case), {"answer": "It is."})
    browser = signed_in(cast.moderator)
    assert "a case that came back to you" in text(browser, "/")
    assert browser.post(reverse("reviews:queue-next")).url == url("detail", case)
    page = text(browser, url("detail", case))
    assert ("Is this satire?" in page, "It is." in page) == (True, True)


def test_a_supervisor_hands_over_and_takes_back_from_the_table(signed_in, cast: Cast, case: Case) -> None:
    claims.claim(cast.moderator, case_id=case.pk)
    browser = signed_in(cast.supervisor)
    assert url("hand", case) in text(browser, "/")
    page = text(browser, url("hand", case))
    assert ("Pseudonym of moderator2" in page, "Pseudonym of auditor" in page) == (True, False)
    assert browser.post(url("hand", case), {"to": "moderator2"}).url == "/"
    assert Case.objects.get().reserved_for == cast.second_moderator.user
    claims.claim(cast.second_moderator, case_id=case.pk)
    browser.post(url("take-back", case))
    assert (Case.objects.get().state, Case.objects.get().reserved_for) == ("waiting", None)


def test_an_auditor_sees_who_holds_what_and_no_button(signed_in, cast: Cast, case: Case) -> None:
    a_hold(cast, case)
    page = text(signed_in(cast.auditor), "/")
    assert ("held for later" in page, url("take-back", case) in page) == (True, False)


def test_handing_to_nobody_is_refused(signed_in, cast: Cast, case: Case) -> None:
    assert signed_in(cast.supervisor).post(url("hand", case), {"to": ""}).status_code == 422


def test_a_handed_case_is_said_to_wait_for_one(signed_in, cast: Cast, case: Case) -> None:
    handing.hand_over(cast.supervisor, case_id=case.pk, to="moderator")
    assert "came to you first" in text(signed_in(cast.moderator), "/")


def test_a_skips_reason_is_stored(signed_in, cast: Cast, case: Case) -> None:
    claim = claims.claim(cast.moderator, case_id=case.pk)
    said = {"claim_token": claim.token, "why": "language", "reason": "Pashto."}
    signed_in(cast.moderator).post(url("skip", case), said)
    assert (Skip.objects.get().why, Skip.objects.get().reason) == ("language", "Pashto.")
