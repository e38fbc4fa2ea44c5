"""The case page: who sees which controls, what a gesture does, and what a refusal looks like."""

from urllib.parse import quote

import pytest
from django.urls import reverse

from audit.models import Entry
from common import clock
from reviews.choices import CaseState, Outcome
from reviews.models import Case, Claim, Decision
from reviews.services import claims
from reviews.services.facts import EvidencePost
from staff.choices import SourceKind
from tests.cast import Cast, a_case, a_client, a_decision, a_flag, a_policy, an_account

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def url(name: str, case: Case) -> str:
    return reverse(f"reviews:case-{name}", args=[case.pk])


def said(claim: Claim, **changes: str) -> dict[str, str]:
    """What the decision form sends."""
    form = {
        "claim_token": claim.token,
        "evidence_version": str(claim.case.evidence_version),
        "policy": a_policy().code,
        "outcome": "suspend",
        "length": "30",
        "length_reason": "A first time.",
        "reason": "It is so.",
    }
    return {name: value for name, value in (form | changes).items() if value is not None}


def test_the_holder_sees_the_decision_form(signed_in, cast: Cast):
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    page = signed_in(cast.moderator).get(url("detail", claim.case))
    assert claim.token.encode() in page.content
    assert b'value="suspend"' in page.content


def test_others_see_who_has_it_and_no_token(signed_in, cast: Cast):
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    page = signed_in(cast.second_moderator).get(url("detail", claim.case))
    assert b"Pseudonym of moderator has this case since" in page.content
    assert claim.token.encode() not in page.content


def test_a_waiting_case_can_be_taken(signed_in, cast: Cast):
    case = a_case()
    browser = signed_in(cast.moderator)
    assert b"Take this case" in browser.get(url("detail", case)).content
    assert browser.post(url("claim", case)).url == url("detail", case)
    assert Claim.objects.get(case=case).holder == cast.moderator.user


def test_an_auditor_reads_and_takes_nothing(signed_in, cast: Cast):
    page = signed_in(cast.auditor).get(url("detail", a_case()))
    assert (page.status_code, b"Take this case" in page.content) == (200, False)


def test_looking_is_in_the_log(signed_in, cast: Cast):
    case = a_case()
    signed_in(cast.auditor).get(url("detail", case))
    assert Entry.objects.filter(action="case.viewed", subjects__contains=[f"case:{case.pk}"]).count() == 1


def test_a_suspension_of_a_protected_account_is_to_be_proposed(signed_in, cast: Cast):
    claim = claims.claim(cast.moderator, case_id=a_case(an_account(protected_class="elected_official")).pk)
    page = signed_in(cast.moderator).get(url("detail", claim.case))
    assert b'data-second="another person"' in page.content
    assert b"a suspension is proposed here, and another person approves it." in page.content


def test_a_post_shows_its_place_and_its_media_and_that_a_government_flagged_it(signed_in, cast: Cast):
    medium = {"url": "https://x.io/a.jpg", "type": "image/jpeg", "hash": "9f86d0"}
    posts = (EvidencePost(external_id="1", text="A post", url="https://x.io/1", media=(medium,)),)
    flag = a_flag(a_client("The ministry", SourceKind.GOVERNMENT)[0], posts=posts)
    page = signed_in(cast.moderator).get(url("detail", flag.case)).content.decode()
    evidence = page.split('id="h-evidence"')[1].split("panel-foot")[0]
    assert all(said in evidence for said in ("https://x.io/1", *medium.values(), "Government", "The ministry"))
    assert 'href="http' not in evidence


def test_posts_are_veiled_and_read_their_own_way(signed_in, cast: Cast):
    posts = (EvidencePost(external_id="1", text="@user يا عمي طيب", language="ar"),)
    page = signed_in(cast.moderator).get(url("detail", a_case(posts=posts)))
    text = page.content.decode().split('class="post-text veil"')[1].split("</p>")[0]
    assert ('dir="rtl"' in text, 'lang="ar"' in text, "inert" in text) == (True, True, True)


def test_the_rank_is_explained_and_adds_up(signed_in, cast: Cast):
    page = signed_in(cast.moderator).get(url("detail", a_case())).context["page"]
    assert round(sum(line.points for line in page.rank_lines), 1) == page.rank_total


def test_deciding_brings_the_next_case(signed_in, cast: Cast):
    following = a_case()
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    answer = signed_in(cast.moderator).post(url("decide", claim.case), said(claim), headers=HTMX)
    assert answer["HX-Redirect"] == url("detail", following)
    assert Case.objects.get(pk=claim.case_id).state == CaseState.DECIDED


def test_deciding_without_a_script_redirects(signed_in, cast: Cast):
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    assert signed_in(cast.moderator).post(url("decide", claim.case), said(claim)).status_code == 302


def test_the_length_becomes_an_end(signed_in, cast: Cast, frozen_clock):
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    signed_in(cast.moderator).post(url("decide", claim.case), said(claim, length="30"))
    assert (Decision.objects.get().until - frozen_clock).days == 30


def test_for_good_is_chosen_never_assumed(signed_in, cast: Cast):
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    browser = signed_in(cast.moderator)
    refused = browser.post(url("decide", claim.case), said(claim, length=""))
    assert (refused.status_code, Decision.objects.count()) == (422, 0)
    browser.post(url("decide", claim.case), said(claim, length="0"))
    assert Decision.objects.get().until is None


def test_a_keep_has_no_end(signed_in, cast: Cast):
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    signed_in(cast.moderator).post(url("decide", claim.case), said(claim, outcome="keep"))
    assert (Decision.objects.get().outcome, Decision.objects.get().until) == (Outcome.KEEP, None)


@pytest.mark.parametrize("missing", ["policy", "outcome", "reason"])
def test_what_is_missing_is_named(signed_in, cast: Cast, missing: str):
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    page = signed_in(cast.moderator).post(url("decide", claim.case), said(claim, **{missing: ""}), headers=HTMX)
    assert (page.status_code, page.templates[0].name) == (422, "errors/_problem.html")
    assert not Decision.objects.exists()


def test_a_lost_claim_says_who_has_the_case_and_offers_a_copy(signed_in, cast: Cast, frozen_clock):
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    with clock.moved(minutes=6):
        claims.claim(cast.second_moderator, case_id=claim.case_id)
        page = signed_in(cast.moderator).post(url("decide", claim.case), said(claim), headers=HTMX)
    assert (page.status_code, b'data-problem="claim-lost"' in page.content) == (409, True)
    assert b"Pseudonym of moderator2 has this case since 12:06:00 UTC." in page.content
    assert b"data-copy-typed" in page.content


def test_a_keep_on_evidence_that_grew_is_refused(signed_in, cast: Cast):
    account = an_account()
    claim = claims.claim(cast.moderator, case_id=a_case(account).pk)
    a_flag(account=account)
    page = signed_in(cast.moderator).post(url("decide", claim.case), said(claim, outcome="keep"), headers=HTMX)
    assert (page.status_code, b'data-problem="evidence-changed"' in page.content) == (409, True)


def test_news_tells_how_many_flags_came_since(signed_in, cast: Cast):
    account = an_account()
    case = a_case(account)
    a_flag(account=account)
    page = signed_in(cast.moderator).get(url("news", case), {"version": "1"})
    assert b"1 new flag" in page.content


def test_renewing_says_how_long_the_claim_lasts(signed_in, cast: Cast):
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    answer = signed_in(cast.moderator).post(url("renew", claim.case), {"claim_token": claim.token})
    assert 298 <= answer.json()["seconds_left"] <= 300


def test_skipping_brings_the_next_case_and_not_the_same(signed_in, cast: Cast):
    first, second = a_case(), a_case()
    claim = claims.claim(cast.moderator, case_id=first.pk)
    given = {"claim_token": claim.token, "why": "subject"}
    answer = signed_in(cast.moderator).post(url("skip", first), given, follow=True)
    assert answer.redirect_chain == [(url("detail", second), 302)]
    assert f"Skipped: @{first.account.handle} isn’t served to you again today." in answer.content.decode()


def test_giving_back_lets_it_wait_again(signed_in, cast: Cast):
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    answer = signed_in(cast.moderator).post(url("release", claim.case), {"claim_token": claim.token}, follow=True)
    assert Case.objects.get(pk=claim.case_id).state == CaseState.WAITING
    assert f"Given back: @{claim.case.account.handle} waits in its queue again." in answer.content.decode()


def test_the_last_decision_shows_its_way_back_on_the_next_case(signed_in, cast: Cast):
    decision = a_decision(cast.moderator)
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    page = signed_in(cast.moderator).get(url("detail", claim.case))
    assert reverse("reviews:decision-undo", args=[decision.pk]).encode() in page.content


def test_the_proposed_step_grows_with_each_suspension(signed_in, cast: Cast):
    a_policy(ladder=[7, 30, 0])
    account = an_account()
    a_decision(cast.moderator, case=a_case(account), outcome="suspend")
    case = Case.objects.get(account=account)
    words = signed_in(cast.moderator).get(url("detail", case)).context["words"]
    assert (words.strike_number, words.policies[0].proposed_days) == (2, 30)


def test_a_missing_case_is_a_page(signed_in, cast: Cast):
    page = signed_in(cast.moderator).get("/cases/0192aaaa-0000-7000-8000-000000000000/")
    assert (page.status_code, page.templates[0].name) == (404, "errors/404.html")


def test_the_account_page_tells_its_story(signed_in, cast: Cast):
    decision = a_decision(cast.moderator)
    page = signed_in(cast.auditor).get(reverse("reviews:account-detail", args=[decision.account_id]))
    assert b"Pseudonym of moderator" in page.content
    assert b"suspension waiting" in page.content


# ── signed out, decided elsewhere, come by address ────────────────────────────────────────────────────────
def test_signed_out_a_gesture_answers_with_the_way_back_to_the_page(client, cast: Cast):
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    page = HTMX | {"HX-Current-URL": f"http://testserver{url('detail', claim.case)}"}
    answer = client.post(url("decide", claim.case), said(claim), headers=page)
    assert (answer.status_code, b'data-problem="signed-out"' in answer.content) == (401, True)
    assert f"/sign-in/login/?next={quote(url('detail', claim.case), safe='')}".encode() in answer.content


def test_signed_out_without_a_script_one_comes_back_to_the_page(client, cast: Cast):
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    answer = client.post(
        url("skip", claim.case), said(claim), headers={"Referer": f"http://testserver{url('detail', claim.case)}"}
    )
    assert answer.url == f"/sign-in/login/?next={quote(url('detail', claim.case), safe='')}"


def test_another_sites_page_is_never_the_way_back(client, cast: Cast):
    answer = client.post(url("skip", a_case()), headers={"Referer": "https://elsewhere.example/cases/"})
    assert answer.url == "/sign-in/login/?next=%2F"


@pytest.mark.parametrize("name", ["decide", "skip", "release", "renew", "claim", "hold", "escalate", "answer"])
def test_a_gestures_address_leads_to_the_case(signed_in, cast: Cast, name: str):
    case = a_case()
    assert signed_in(cast.moderator).get(url(name, case)).url == url("detail", case)


def test_a_case_decided_in_another_tab_says_when_and_how(signed_in, cast: Cast, frozen_clock):
    claim = claims.claim(cast.moderator, case_id=a_case().pk)
    browser = signed_in(cast.moderator)
    browser.post(url("decide", claim.case), said(claim, outcome="keep"), headers=HTMX)
    page = browser.post(url("decide", claim.case), said(claim), headers=HTMX)
    assert page.status_code == 409
    assert b"You decided this case at 12:00:00 UTC: keep." in page.content
