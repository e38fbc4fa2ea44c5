"""What is hidden until asked for: the pages on which a person and a supervisor choose it, and those that obey."""

import re
from datetime import timedelta

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from django.urls import reverse

from audit.models import Entry
from common import clock
from reviews.models import Case, HumaneSetting
from reviews.rules.humane import NEVER, HumaneRule
from reviews.selectors import humane
from reviews.services import claims, rules
from reviews.services.facts import EvidencePost, LegalBasis
from staff.models import User
from staff.services import preferences
from tests.calls import nothing_happens
from tests.cast import Cast, a_case, a_flag, a_policy, an_account

pytestmark = pytest.mark.django_db
POSTS = (EvidencePost(external_id="1", text="One post of two"), EvidencePost(external_id="2", text="Another story"))
HIDDEN = re.compile(r'class="post-text veil"[^>]*\binert\b[^>]*aria-hidden="true"')
HTMX = {"HX-Request": "true"}


@pytest.fixture
def case(cast: Cast) -> Case:
    return a_case(an_account(), policy=a_policy("grave", severity=3).code, posts=POSTS)


def hidden_in(page) -> int:
    return len(HIDDEN.findall(page.content.decode()))


def page_of(browser, case: Case, query: str = ""):
    return browser.get(reverse("reviews:case-detail", args=[case.pk]) + query)


def test_posts_are_hidden_unless_somebody_set_otherwise(signed_in, cast: Cast, case: Case):
    assert hidden_in(page_of(signed_in(cast.moderator), case)) == 2


@pytest.mark.parametrize(("veil_from", "hidden"), [(3, 2), (4, 0)])
def test_the_first_page_obeys_the_rule_by_severity(signed_in, cast: Cast, case: Case, veil_from: int, hidden: int):
    rules.set_humane(cast.supervisor, HumaneRule(veil_from=veil_from))
    page = page_of(signed_in(cast.moderator), case)
    assert hidden_in(page) == hidden
    assert page.content.decode().count('aria-expanded="true"') == 2 - hidden


@pytest.mark.parametrize(("set_for_all", "chosen", "hidden"), [(1, 5, 0), (5, 1, 2)])
def test_the_first_page_obeys_the_person_in_either_direction(
    signed_in, cast: Cast, case: Case, set_for_all: int, chosen: int, hidden: int
):
    if set_for_all != 1:
        rules.set_humane(cast.supervisor, HumaneRule(veil_from=set_for_all))
    browser = signed_in(cast.moderator)
    assert browser.post("/preferences/", {"veil_from": chosen}, headers=HTMX).status_code == 204
    assert hidden_in(page_of(browser, case)) == hidden
    assert hidden_in(page_of(signed_in(cast.second_moderator), case)) == 2 - hidden


def test_how_hidden_text_looks_stands_on_every_page(signed_in, cast: Cast):
    browser = signed_in(cast.moderator)
    assert b'data-blur="2"\n      data-grey="on"' in browser.get("/").content
    browser.post("/preferences/", {"blur": "4", "grey": "off"}, headers=HTMX)
    assert b'data-blur="4"\n      data-grey="off"' in browser.get("/").content


def test_without_a_script_one_post_or_all_are_asked_for(signed_in, cast: Cast, case: Case):
    browser = signed_in(cast.moderator)
    assert b'href="?show=2#post-2"' in page_of(browser, case).content
    assert hidden_in(page_of(browser, case, "?show=2")) == 1
    assert hidden_in(page_of(browser, case, "?show=all")) == 0


def test_what_was_asked_for_without_a_script_is_seen(signed_in, cast: Cast, case: Case):
    claims.claim(cast.moderator, case_id=case.pk)
    browser = signed_in(cast.moderator)
    assert page_of(browser, case).context["words"].seen_ids == "[]"
    assert sorted(page_of(browser, case, "?show=all").context["words"].asked_for) == ["1", "2"]


def test_posts_that_were_found_are_hidden_as_well(signed_in, cast: Cast, case: Case):
    browser = signed_in(cast.moderator)
    found = reverse("reviews:case-posts", args=[case.pk]) + "?words=story"
    assert hidden_in(browser.get(found)) == 1
    browser.post("/preferences/", {"veil_from": "5"}, headers=HTMX)
    assert hidden_in(browser.get(found)) == 0


# ── a person's preferences ───────────────────────────────────────────────────────────────────────────────
def test_a_field_that_is_not_sent_stays(signed_in, cast: Cast):
    browser = signed_in(cast.moderator)
    browser.post("/preferences/", {"veil_from": "2", "blur": "3"})
    browser.post("/preferences/", {"blur": ""})
    assert User.objects.get(pk=cast.moderator.person().pk).preferences == {"veil_from": 2}


def test_the_log_tells_that_and_not_what(cast: Cast):
    preferences.prefer(cast.moderator, {"veil_from": NEVER})
    entry = Entry.objects.latest("pk")
    assert (entry.action, entry.detail) == ("person.preferences_changed", {})


def test_what_is_no_choice_is_refused(signed_in, cast: Cast):
    with nothing_happens():
        assert signed_in(cast.moderator).post("/preferences/", {"veil_from": "6"}).status_code == 422


# ── the rule ─────────────────────────────────────────────────────────────────────────────────────────────
def test_a_supervisor_sets_the_rule_and_an_auditor_reads_it(signed_in, cast: Cast):
    assert signed_in(cast.supervisor).post("/rules/humane/", {"veil_from": "3"}).status_code == 302
    assert humane.current_rule() == HumaneRule(veil_from=3)
    page = signed_in(cast.auditor).get("/rules/humane/").content.decode()
    assert ("From severity 3 on" in page, 'name="veil_from"' in page.split("</main>")[0]) == (True, False)


def test_nobody_else_sets_it(signed_in, cast: Cast):
    with nothing_happens():
        assert signed_in(cast.moderator).post("/rules/humane/", {"veil_from": "3"}).status_code == 403


def test_a_row_that_says_no_bounds_has_none(cast: Cast):
    HumaneSetting.objects.create(veil_from=2, set_by=cast.supervisor.person(), set_at=clock.now())
    assert humane.current_rule() == HumaneRule(veil_from=2)


def test_what_was_set_stays_as_it_was(cast: Cast):
    rules.set_humane(cast.supervisor, HumaneRule(veil_from=3))
    for change in ("UPDATE reviews_humanesetting SET veil_from = 1", "DELETE FROM reviews_humanesetting"):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    assert HumaneSetting.objects.get().veil_from == 3


# ── a break ──────────────────────────────────────────────────────────────────────────────────────────────
def test_the_holders_page_knows_when_a_break_is_due(signed_in, cast: Cast, case: Case):
    claims.claim(cast.moderator, case_id=case.pk)
    browser = signed_in(cast.moderator)
    assert b"data-break=" not in page_of(browser, case).content
    rules.set_humane(cast.supervisor, HumaneRule(break_minutes=50))
    assert b'data-break="50"' in page_of(browser, case).content
    browser.post("/preferences/", {"break_minutes": "20"}, headers=HTMX)
    assert b'data-break="20"' in page_of(browser, case).content
    assert b"data-break=" not in page_of(signed_in(cast.second_moderator), case).content


def test_an_orders_clock_is_told_to_the_reminder(signed_in, cast: Cast, frozen_clock):
    rules.set_humane(cast.supervisor, HumaneRule(break_minutes=50))
    due = frozen_clock + timedelta(minutes=40)
    order = a_flag(legal_basis=LegalBasis(order_id="A 1", authority="An authority", deadline=due)).case
    claims.claim(cast.moderator, case_id=order.pk)
    page = page_of(signed_in(cast.moderator), order).content
    assert (b'data-order-left="2400"' in page, b'data-order-quiet="900"' in page) == (True, True)
