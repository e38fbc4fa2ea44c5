"""The API of statistics and of the log: shapes, scopes, refusals that name the field, paging."""

from datetime import timedelta

import pytest

from audit.models import Entry
from common import clock
from insights import definitions
from insights.services import refreshing
from staff.actors import SYSTEM
from tests.calls import Api, api_of, nothing_happens
from tests.cast import Cast, a_client, a_decision

pytestmark = pytest.mark.django_db


def test_a_statistic_with_its_definition_unit_and_freshness(cast: Cast, frozen_clock) -> None:
    a_decision(cast.moderator)
    refreshing.refresh(SYSTEM)
    others = [name for name, _ in definitions.BY_NAME["decisions"].measures if name != "suspensions"]
    answer = api_of(cast).get("/statistics/decisions?from=2026-03-02&to=2026-03-02&group_by=day")
    assert answer.status == 200
    assert answer.body == {
        "name": "decisions",
        "definition": {"name": "decisions", "version": 2},
        "unit": "decisions",
        "refreshed_at": "2026-03-02T12:00:00Z",
        "rows": [{"day": "2026-03-02", "suspensions": 1} | dict.fromkeys(others, 0)],
        "missing": [],
        "group_by": ["day"],
        "start": "2026-03-02",
        "end": "2026-03-02",
        "topic": None,
        "source": None,
    }


@pytest.mark.parametrize("name", definitions.BY_NAME)
def test_before_the_first_count_there_are_no_rows(cast: Cast, name: str) -> None:
    answer = api_of(cast).get(f"/statistics/{name}")
    assert (answer.status, answer.body["rows"], answer.body["refreshed_at"]) == (200, [], None)


def test_definitions(cast: Cast) -> None:
    answer = api_of(cast).get("/statistics/definitions")
    assert [one["name"] for one in answer.body["results"]] == list(definitions.BY_NAME)
    first = answer.body["results"][0]
    assert first["group_by"][:2] == ["day", "month"]
    assert {"name": "suspensions", "meaning": "decisions to suspend"} in first["measures"]
    assert answer.body["next"] is None


@pytest.mark.parametrize("path", ["/statistics/decisions", "/statistics/definitions", "/audit/entries"])
def test_each_call_needs_its_scope(cast: Cast, path: str) -> None:
    _, key = a_client(scopes=["flags:write"])
    assert Api(key).get(path).problem == "scope-missing"
    assert Api().get(path).status == 401


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/statistics/topic-change?topic=x&from=0001-01&to=9999-12", "from"),
        ("/audit/entries?since=0001-01-01T00:00:00%2B23:59", "since"),
        ("/audit/entries?until=9999-12-31T23:59:59-23:59", "until"),
        ("/statistics/decisions?from=yesterday", "from"),
        ("/statistics/decisions?to=2026-13", "to"),
        ("/statistics/decisions?group_by=colour", "group_by"),
        ("/statistics/decisions?colour=red", "colour"),
        ("/statistics/decisions?platform=a%00b", "platform"),
        ("/statistics/topic-posts?source=guesses", "source"),
        ("/statistics/topic-posts", "topic"),
        ("/audit/entries?since=yesterday", "since"),
        ("/audit/entries?until=2026-03-02T12:00:00", "until"),
        ("/audit/entries?who=me", "who"),
        ("/audit/entries?cursor=x", "cursor"),
        ("/audit/entries?page_size=0", "page_size"),
        ("/audit/entries?subject=a%00b", "subject"),
    ],
)
def test_a_refusal_names_the_field(cast: Cast, path: str, field: str) -> None:
    refreshing.refresh(SYSTEM)
    with nothing_happens():
        answer = api_of(cast).get(path)
    assert (answer.status, answer.fields) == (422, {field})


def test_an_unknown_statistic_is_404_and_says_which_there_are(cast: Cast) -> None:
    answer = api_of(cast).get("/statistics/nonsense")
    assert (answer.status, answer.problem) == (404, "unknown-statistic")
    assert "time-to-decision" in answer.body["detail"]


def test_a_key_may_not_ask_who_does_what(cast: Cast) -> None:
    assert api_of(cast).get("/statistics/decisions?group_by=person").status == 403


def test_the_log_by_subject_actor_action_and_time(cast: Cast) -> None:
    made = a_decision(cast.moderator)
    a_decision(cast.second_moderator)
    api = api_of(cast)
    entries = api.get(f"/audit/entries?subject=case:{made.case_id}&actor=person:moderator&action=decision.")
    assert [one["action"] for one in entries.body["results"]] == ["decision.made"]
    [entry] = entries.body["results"]
    assert entry["actor_label"] == "Pseudonym of moderator"
    assert entry["detail"]["outcome"] == "suspend"
    later = (clock.now() + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    assert api.get(f"/audit/entries?since={later}").body["results"] == []
    assert len(api.get(f"/audit/entries?until={later}&action=decision.made").body["results"]) == 2


def test_the_log_is_paged_without_gaps_or_repetition(cast: Cast) -> None:
    for _ in range(3):
        a_decision(cast.moderator)
    seen, cursor = [], ""
    while cursor is not None:
        page = api_of(cast).get(f"/audit/entries?page_size=7{f'&cursor={cursor}' if cursor else ''}").body
        seen += [one["id"] for one in page["results"]]
        cursor = page["next"]
    assert seen == [str(pk) for pk in Entry.objects.order_by("-id").values_list("pk", flat=True)]
