"""The pages of statistics and of the log: who sees them, what stands on them, what they cost, what an export leaves."""

import csv
import json
import re
from typing import Any

import pytest
from django.urls import reverse

from accounts.services import topics
from accounts.services.observations import ObservationFacts, observe
from accounts.services.topics import Tracked
from audit.models import Entry
from audit.rules import declared
from common import clock
from insights import definitions
from insights.rules import sentences
from insights.services import refreshing
from reviews.services import viewing
from staff.actors import SYSTEM
from staff.choices import CLEARANCES, SourceKind
from takedowns.choices import Standing
from tests.calls import nothing_happens
from tests.cast import Cast, a_case, a_client, a_decision, a_flag, an_account

pytestmark = pytest.mark.django_db
OVERVIEW, AUDIT = "/statistics/", "/audit/"


@pytest.fixture
def counted(cast: Cast) -> Cast:
    """A decision, an open case, and a topic with a gap, all counted."""
    a_decision(cast.moderator)
    a_case()
    account = an_account("seen:1", followers=10)
    topic = topics.define(SYSTEM, slug="threat", title="Threat", definition="What counts.")
    topics.track(SYSTEM, topic=topic, rows=[Tracked(account.pk, "countering", "school")])
    for month in ("2025-01-01", "2025-04-01"):
        observe([ObservationFacts(account.pk, clock.datetime.fromisoformat(month).date(), 31, 1, {"ar": 31}, 9)])
    refreshing.refresh(SYSTEM)
    return cast


@pytest.fixture
def flagged(cast: Cast, frozen_clock) -> Cast:
    """Three suspensions, two of them after a government's flag and one of these after no other; an open case."""
    government = a_client("The ministry", SourceKind.GOVERNMENT)[0]
    alone, together = a_flag(government).case, a_flag(government).case
    a_flag(cast.client, together.account)
    for case in (alone, together, a_case()):
        a_decision(cast.moderator, case=case)
    a_flag(government)
    refreshing.refresh(SYSTEM)
    return cast


def chart(page: str, slug: str) -> dict[str, Any]:
    """A chart's data on a page."""
    begun = page.partition(f'<script id="chart-{slug}" type="application/json">')[2]
    return dict(json.loads(begun.partition("</script>")[0]))


def test_the_overview_shows_figures_with_definition_and_freshness(counted: Cast, signed_in) -> None:
    page = signed_in(counted.auditor).get(OVERVIEW).content.decode()
    assert re.search(r"counted \d+ s ago", page)
    assert reverse("insights:statistics-definition", args=["decisions"]) in page
    assert reverse("insights:statistics-topic", args=["threat"]) in page
    assert "Decisions by person" in page


def test_the_overview_counts_governments_apart(flagged: Cast, signed_in) -> None:
    page = " ".join(signed_in(flagged.auditor).get(OVERVIEW).content.decode().split())
    assert "2 suspended after a government’s flag, 1 of them after no other flag" in page
    assert "1 flagged by a government" in page
    assert [(one["name"], one["values"][-1]) for one in chart(page, "flags")["series"]] == [
        ("All", 5),
        ("From governments", 3),
    ]


def test_a_moderator_does_not_see_who_does_what(counted: Cast, signed_in) -> None:
    assert "Decisions by person" not in signed_in(counted.moderator).get(OVERVIEW).content.decode()


def test_a_chart_and_its_table_say_the_same(counted: Cast, signed_in) -> None:
    page = signed_in(counted.auditor).get("/statistics/topics/threat/").content.decode()
    data = chart(page, "traffic")
    assert data["labels"] == ["Jan 2025", "Feb 2025", "Mar 2025", "Apr 2025"]
    assert data["series"][0]["values"] == [1.0, None, None, 31 / 30]
    assert data["gaps"] == [["Jan 2025", "Apr 2025"]]
    assert "Feb 2025 to Mar 2025" in page
    assert page.count("no data") >= 2


def test_nothing_promoting_has_no_ratio(counted: Cast, signed_in) -> None:
    page = signed_in(counted.auditor).get("/statistics/topics/threat/").content.decode()
    assert "undefined" in page
    assert "0.00 : 1" not in page


@pytest.mark.parametrize("path", [OVERVIEW, "/statistics/topics/threat/", "/statistics/definitions/", AUDIT])
def test_pages_hold_nothing_inline(counted: Cast, signed_in, path: str) -> None:
    page = signed_in(counted.supervisor).get(path).content.decode()
    assert " style=" not in page
    assert "onclick" not in page
    assert page.count("<script") == page.count("<script src") + page.count('type="application/json"')


@pytest.mark.parametrize(
    ("path", "most"), [(OVERVIEW, 40), ("/statistics/topics/threat/", 70), ("/statistics/definitions/", 4), (AUDIT, 5)]
)
def test_a_page_costs_no_more_queries(
    counted: Cast, signed_in, django_assert_max_num_queries, path: str, most: int
) -> None:
    browser = signed_in(counted.auditor)
    with django_assert_max_num_queries(most):
        assert browser.get(path).status_code == 200


@pytest.mark.parametrize("name", definitions.BY_NAME)
def test_each_definition_has_a_page(cast: Cast, signed_in, name: str) -> None:
    page = signed_in(cast.moderator).get(reverse("insights:statistics-definition", args=[name])).content.decode()
    assert definitions.BY_NAME[name].digest in page


@pytest.mark.parametrize("path", ["/statistics/topics/nothing/", "/statistics/definitions/nothing/"])
def test_what_does_not_exist_is_not_found(cast: Cast, signed_in, path: str) -> None:
    assert signed_in(cast.moderator).get(path).status_code == 404


def test_an_export_of_a_statistic_is_logged(counted: Cast, signed_in) -> None:
    browser = signed_in(counted.auditor)
    sent = browser.post(reverse("insights:statistics-export", args=["topic-posts"]), {"topic": "threat"})
    rows = list(csv.DictReader(sent.content.decode().splitlines()))
    assert [(row["month"], row["posts"]) for row in rows] == [("2025-01", "31"), ("2025-04", "31")]
    entry = Entry.objects.get(action="statistic.exported")
    assert (entry.actor, entry.detail["rows"]) == ("person:auditor", 2)


def test_an_export_counts_governments_apart(flagged: Cast, signed_in) -> None:
    browser = signed_in(flagged.auditor)
    sent = browser.post(reverse("insights:statistics-export", args=["flags"]), {"group_by": "source_kind"})
    found = {row["source_kind"]: row for row in csv.DictReader(sent.content.decode().splitlines())}
    assert {kind: (row["received"], row["government_agreed"]) for kind, row in found.items()} == {
        "government": ("3", "2"),
        "trusted_flagger": ("2", "0"),
    }
    sent = browser.post(reverse("insights:statistics-export", args=["decisions"]), {"group_by": "total"})
    [row] = csv.DictReader(sent.content.decode().splitlines())
    assert (row["suspensions"], row["government_suspensions"], row["only_government_suspensions"]) == ("3", "2", "1")


# ── the log ──────────────────────────────────────────────────────────────────────────────────────────────
def test_a_moderator_may_not_read_the_log(cast: Cast, signed_in) -> None:
    browser = signed_in(cast.moderator)
    with nothing_happens():
        assert browser.get(AUDIT).status_code == 403
        assert browser.post(reverse("insights:audit-export")).status_code == 403


def test_the_log_in_sentences(counted: Cast, signed_in) -> None:
    page = signed_in(counted.auditor).get(AUDIT, {"actor": "moderator", "action": "decision."}).content.decode()
    assert "<b>Pseudonym of moderator</b></bdi> decided: <bdi>suspend</bdi>" in " ".join(page.split())


@pytest.mark.parametrize("typed", ["twin", "@Twin", "first", "simulator/first"])
def test_an_account_is_found_by_what_people_call_it(cast: Cast, signed_in, typed: str) -> None:
    account = an_account("first", handle="Twin")
    a_decision(cast.moderator, case=a_case(account))
    a_decision(cast.second_moderator)
    page = signed_in(cast.auditor).get(AUDIT, {"account": typed}).content.decode()
    assert "Pseudonym of moderator</b>" in page
    assert "Pseudonym of moderator2</b>" not in page


def test_two_accounts_of_one_handle_are_both_shown(cast: Cast, signed_in) -> None:
    for external_id in ("first", "second"):
        a_case(an_account(external_id, handle="twin"))
    page = signed_in(cast.auditor).get(AUDIT, {"account": "twin", "action": "case.opened"}).content.decode()
    assert "simulator/first" in page
    assert "simulator/second" in page


def test_an_account_nobody_knows_has_no_entries(cast: Cast, signed_in) -> None:
    a_case()
    assert "No entry fits" in signed_in(cast.auditor).get(AUDIT, {"account": "nobody"}).content.decode()


def test_the_last_day_of_a_search_is_included(cast: Cast, signed_in, frozen_clock) -> None:
    a_case()
    browser = signed_in(cast.auditor)
    found = browser.get(AUDIT, {"since": "2026-03-02", "until": "2026-03-02", "action": "case.opened"})
    assert "opened the case" in found.content.decode()
    gone = browser.get(AUDIT, {"until": "2026-03-01", "action": "case.opened"})
    assert "opened the case" not in gone.content.decode()


def test_older_entries_are_one_click_away(cast: Cast, signed_in) -> None:
    for _ in range(15):
        a_decision(cast.moderator)
    page = signed_in(cast.auditor).get(AUDIT).content.decode()
    assert page.count('class="event') >= 50
    assert "cursor=" in page


def test_who_looked(cast: Cast, signed_in) -> None:
    case = a_case()
    for _ in range(2):
        viewing.read(cast.auditor, case_id=case.pk)
    page = signed_in(cast.auditor).get(AUDIT, {"case": str(case.pk)}).content.decode()
    assert "Who looked" in page


@pytest.mark.parametrize(("name", "value"), [("case", "x"), ("since", "soon"), ("account", "a\0b")])
def test_a_search_that_makes_no_sense_is_refused(cast: Cast, signed_in, name: str, value: str) -> None:
    assert signed_in(cast.auditor).get(AUDIT, {name: value}).status_code in {400, 422}


def test_an_export_of_the_log_is_logged(cast: Cast, signed_in) -> None:
    a_decision(cast.moderator)
    sent = signed_in(cast.auditor).post(reverse("insights:audit-export"), {"action": "decision."})
    lines = [json.loads(line) for line in sent.content.splitlines()]
    assert [line["action"] for line in lines] == ["decision.made"]
    entry = Entry.objects.get(action="audit.exported")
    assert (entry.actor, entry.detail) == ("person:auditor", {"filters": {"action": "decision."}, "entries": 1})


def test_every_phrase_belongs_to_an_action() -> None:
    assert set(sentences._PHRASES) <= set(declared())


def test_every_action_can_be_told() -> None:
    for code, action in declared().items():
        told = sentences.sentence(code, action.meaning, dict.fromkeys(action.detail, "x"))
        assert told.text, code


def test_the_log_has_words_for_every_clearance_and_for_whatever_a_platform_says() -> None:
    assert sentences._WORDS["clearance"].keys() == {*CLEARANCES}
    assert sentences._WORDS["standing"].keys() == {*Standing.values}
